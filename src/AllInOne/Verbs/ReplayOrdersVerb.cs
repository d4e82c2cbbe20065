using System.Text.Json;
using System.Threading.Channels;
using Spectre.Console;

namespace Composable.AllInOne.Verbs;

/// <summary>Buys every invoice of an order file through a running hub, takes its cancellations back, and compares the books with the file's.</summary>
/// <param name="hub">Its own timeout must be infinite; calls bring their own.</param>
internal sealed class ReplayOrdersVerb(HttpClient hub, IAnsiConsole console)
{
    private const int WaitingInvoices = 16;

    /// <summary>0 when every invoice went through and all totals are equal, to the penny; 1 otherwise. A second run goes on where the first one stopped.</summary>
    public async Task<int> RunAsync(FileInfo file, ReplayOptions options, CancellationToken cancellationToken)
    {
        if (options.Import)
        {
            var import = new ImportOptions { Format = "online-retail", Currency = "GBP", Keys = options.Keys };
            if (await new ImportVerb(hub, console).RunAsync(file, import, cancellationToken) is var failed and not 0) return failed;
        }
        try
        {
            using var state = new ReplayState(options.State);
            await using var report = options.Report?.CreateText();
            var tally = new ReplayTally(report);
            var invoices = await CountAsync(file, options, cancellationToken);
            await console.Progress().AutoClear(true).StartAsync(async progress =>
            {
                var bar = progress.AddTask("Buying invoices", maxValue: Math.Max(1, invoices));
                await ReplayAsync(file, options, state, tally, () => bar.Increment(1), cancellationToken);
            });
            tally.Show(console);
            return tally.IsBalanced && invoices > 0 ? 0 : 1;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            console.MarkupLineInterpolated($"[red]The replay stopped: {exception.Message}[/]");
            return 1;
        }
    }

    private static async Task<int> CountAsync(FileInfo file, ReplayOptions options, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in Invoice.ReadAsync(file, options.Invoices, (_, _) => { }, cancellationToken)) count++;
        return count;
    }

    /// <summary>A customer always goes to the same lane, and a lane keeps its order: nothing is taken back before it was bought.</summary>
    private async Task ReplayAsync(FileInfo file, ReplayOptions options, ReplayState state, ReplayTally tally, Action finished, CancellationToken cancellationToken)
    {
        var client = new HubClient(hub, options.Keys);
        var lanes = Enumerable.Range(0, Math.Clamp(options.Parallel, 1, 64)).Select(_ => Channel.CreateBounded<Invoice>(WaitingInvoices)).ToArray();
        var (buyer, refunder) = (new InvoiceBuyer(client, state, options.Market), new InvoiceRefunder(client, state));
        var workers = lanes.Select(lane => WorkAsync(lane, buyer, refunder, tally, finished, cancellationToken)).ToArray();
        try
        {
            await foreach (var invoice in Invoice.ReadAsync(file, options.Invoices, tally.Unreadable, cancellationToken))
            {
                tally.Read(invoice);
                var lane = (uint)(invoice.Customer ?? invoice.Key).GetHashCode(StringComparison.Ordinal) % lanes.Length;
                await lanes[lane].Writer.WriteAsync(invoice, cancellationToken);
            }
        }
        finally
        {
            foreach (var lane in lanes) lane.Writer.TryComplete();
            await Task.WhenAll(workers);
        }
    }

    private static async Task WorkAsync(
        Channel<Invoice> lane, InvoiceBuyer buyer, InvoiceRefunder refunder, ReplayTally tally, Action finished, CancellationToken cancellationToken)
    {
        var customers = new Dictionary<string, CustomerOrders>();
        try
        {
            await foreach (var invoice in lane.Reader.ReadAllAsync(cancellationToken))
            {
                var known = new CustomerOrders();
                if (invoice.Customer is { } customer && !customers.TryAdd(customer, known)) known = customers[customer];
                await TradeAsync(invoice, known, buyer, refunder, tally, cancellationToken);
                finished();
            }
        }
        finally
        {
            // Whoever fills the lane must not wait for a worker that has stopped.
            lane.Writer.TryComplete();
        }
    }

    private static async Task TradeAsync(
        Invoice invoice, CustomerOrders orders, InvoiceBuyer buyer, InvoiceRefunder refunder, ReplayTally tally, CancellationToken cancellationToken)
    {
        if (!invoice.Traded.Any()) return;
        try
        {
            if (invoice.IsCancellation && orders.Failed is { } failed) throw new ReplayException($"waits for invoice {failed}, which failed");
            if (invoice.IsCancellation) tally.Refunded(await refunder.RefundAsync(invoice, orders, cancellationToken));
            else tally.Bought(await BuyAsync());
        }
        catch (Exception exception) when (exception is HubRefusedException or ReplayException or HttpRequestException or JsonException or OverflowException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            orders.Failed ??= invoice.Key;
            tally.Failed(invoice, exception.Message);
        }

        async Task<ReplayEntry> BuyAsync()
        {
            var entry = await buyer.BuyAsync(invoice, cancellationToken);
            orders.Add(new BoughtOrder(entry.Order!, entry.Total, invoice));
            return entry;
        }
    }
}
