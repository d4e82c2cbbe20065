using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>Closes checkouts that nobody finished, and forgets idempotency keys whose time is over.</summary>
internal sealed partial class ExpireCheckouts(Database database, CheckoutStore store, CheckoutRefresh refresh, ILogger<ExpireCheckouts> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await IdempotencyKey.PruneAsync(database, cancellationToken);
        foreach (var id in await store.ExpiredAsync(500, cancellationToken)) await ExpireAsync(id, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.SweepFailed(logger, error);
            }
        }
    }

    private async Task ExpireAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(id, cancellationToken) is not { Session.IsEditable: true } found) return;
        var expired = found.Session with { Status = CheckoutSession.Expired, Version = found.Session.Version + 1 };
        await refresh.TryCommitAsync(new Commit(), expired, found.Cart, tries: 1, cancellationToken, "checkout.expired");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Closing old checkouts failed; it will be tried again")]
        public static partial void SweepFailed(ILogger logger, Exception error);
    }
}
