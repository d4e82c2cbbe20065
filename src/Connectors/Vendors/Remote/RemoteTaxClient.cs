using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

internal sealed class RemoteTaxClient(RemoteSettings settings, RemoteCalls calls) : RemoteClient("tax", settings, calls), ITax
{
    public Task<TaxQuote> QuoteAsync(TaxRequest request, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.Quote, request, null, quote => Fault(quote, request), cancellationToken);

    public Task CommitAsync(TaxSale sale, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.CommitTax, sale, $"commit:{sale.Reference}", null, cancellationToken);

    public Task RefundAsync(TaxRefund refund, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.RefundTax, refund, $"refund:{refund.Reference}", null, cancellationToken);

    public Task VoidAsync(string reference, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.VoidTax, new RemoteReference(reference), $"void:{reference}", null, cancellationToken);

    public Task<AddressFinding> CheckAddressAsync(TaxAddress address, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.CheckAddress, address, cancellationToken);

    private static string? Fault(TaxQuote quote, TaxRequest request)
    {
        var parts = quote.Items.Values.Append(quote.Shipping).ToList();
        return parts.Any(tax => tax is < 0 or > long.MaxValue / 10_000) || quote.Lines.Any(line => line.Amount is < 0 or > long.MaxValue / 10_000) ? "it holds a negative or boundless tax"
            : parts.Sum() != quote.Total || quote.Lines.Sum(line => line.Amount) != quote.Total ? "its parts do not add up to its total"
            : quote.Items.Count != request.Items.Count || request.Items.Any(item => !quote.Items.ContainsKey(item.Id)) ? "its items are not those that were asked"
            : null;
    }
}
