using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Http.CardData;
using Composable.Hub.Observability;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Erasures;

/// <summary>Has vendors forget who was erased here, each at least once, until they have or until it is for staff to ask.</summary>
internal sealed partial class ErasureWorker(ErasureTasks tasks, ConnectionList connections, ILogger<ErasureWorker> logger) : BackgroundService
{
    /// <summary>With an hour between the later ones, two days and a half.</summary>
    private const int Tries = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Signal wake = new();

    /// <summary>Somebody was erased.</summary>
    public void LookNow() => wake.Give();

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WorkPriority.Current = CallPriority.Sync;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var due in await tasks.DueAsync(stoppingToken)) await HandleAsync(due, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is not DatabaseUnavailableException) Log.Failed(logger, error);
            }

            await wake.WaitAsync(Pause, stoppingToken);
        }
    }

    private async Task HandleAsync(DueErasure due, CancellationToken cancellationToken)
    {
        if (!await tasks.ClaimAsync(due, cancellationToken)) return;
        WorkSubject.Current = due.ErasureId;
        try
        {
            await tasks.SettleAsync(due, await AskAsync(due, cancellationToken), cancellationToken);
        }
        catch (VendorException error)
        {
            Log.NotForgotten(logger, due.Connection, due.ErasureId, due.Attempts + 1, error.Failure);
            var why = CardScan.Withheld(error.Message);
            if (error.Failure is VendorFailure.Rejected || due.Attempts + 1 >= Tries) await tasks.SettleAsync(due, new Forgotten.ByHand($"It did not work by itself: {why}"), cancellationToken);
            else await tasks.NoteAsync(due, why, cancellationToken);
        }
    }

    /// <summary>Also a connection that was switched off: what its vendor was told it still knows.</summary>
    private async Task<Forgotten> AskAsync(DueErasure due, CancellationToken cancellationToken) => connections.Find(due.Connection) switch
    {
        null => new Forgotten.ByHand("The connection is not part of this shop any more: ask its vendor."),
        { Client: null } broken => throw new VendorException(VendorFailure.Misconfigured, broken.Problem ?? "The connection cannot be used."),
        { Client: IForgets forgets } => await forgets.ForgetAsync(due.Read(), cancellationToken),
        _ => new Forgotten.ByHand("This connector cannot have its vendor forget anything: ask the vendor."),
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Vendors cannot be asked to forget now; it will be tried again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Connection} has not forgotten the subject of {Erasure}, try {Attempt}: {Failure}")]
        public static partial void NotForgotten(ILogger logger, string connection, string erasure, long attempt, VendorFailure failure);
    }
}
