using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Payments;

/// <summary>
/// Asks once more, minutes later, about attempts that ended without the provider ever naming a payment. A request that arrived after we
/// gave up would otherwise hold the shopper's money unseen.
/// </summary>
internal sealed partial class OrphanSweep(Database database, PaymentDesk desk, ProcessRunner runner, VoidOrphanProcess orphans, ILogger<OrphanSweep> logger) : BackgroundService
{
    private const int PageSize = 50;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Longer than any request of ours can still be on its way.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var payment in await DueAsync(stoppingToken)) await SweepAsync(payment, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.SweepFailed(logger, error);
            }
        }
    }

    private Task<List<PaymentRow>> DueAsync(CancellationToken cancellationToken) => database.QueryAsync<PaymentRow>($"""
        SELECT {PaymentRow.Columns} FROM payments
        WHERE swept = 0 AND vendor_id IS NULL AND status IN ('failed', 'voided') AND started_at < {Sql.Now} - {(long)Settled.TotalMilliseconds}
        ORDER BY started_at LIMIT {PageSize}
        """, cancellationToken);

    private async Task SweepAsync(PaymentRow payment, CancellationToken cancellationToken)
    {
        if (desk.Find(payment.Connection)?.Limits.FindsByReference == false)
        {
            // It cannot be asked; voiding by our reference gives back what there may be.
            if (!await desk.WasDeclinedAsync(payment.Attempt(), cancellationToken)) await runner.StartAsync(orphans, $"orphan:{payment.Id}", payment.Attempt(), key: null);
        }
        else if (await FindAsync(payment, cancellationToken) is { } vendorId)
        {
            Log.Found(logger, payment.Connection, payment.Id);
            await runner.StartAsync(orphans, $"orphan:{payment.Id}", payment.Attempt() with { VendorId = vendorId }, key: null);
        }

        await database.CommitAsync(new Commit().Add($"UPDATE payments SET swept = 1 WHERE id = {payment.Id}"), cancellationToken);
    }

    /// <summary>The provider's id of what it holds for the attempt; null when it holds nothing.</summary>
    private async Task<string?> FindAsync(PaymentRow payment, CancellationToken cancellationToken) => await desk.InquireAsync(payment.Attempt(), cancellationToken) switch
    {
        PaymentOutcome.Authorized held => held.VendorId,
        PaymentOutcome.Captured held => held.VendorId,
        PaymentOutcome.ActionNeeded held => held.VendorId,
        PaymentOutcome.Pending held => held.VendorId,
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for lost payments failed; it will be tried again")]
        public static partial void SweepFailed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Connection} holds money for the attempt {Payment} that was given up; it goes back")]
        public static partial void Found(ILogger logger, string connection, string payment);
    }
}
