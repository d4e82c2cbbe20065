using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Connections;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Orders;
using Microsoft.Extensions.Options;

using Composable.Hub.Observability;

namespace Composable.Hub.Checkout;

/// <summary>Asks the market's tax connection what is due. When it is down or slow the market's own tables estimate; without them checkout waits.</summary>
internal sealed class TaxTheOrder(ConnectionList connections, IOptions<CheckoutOptions> options)
{
    public async Task<OrderTax> QuoteAsync(Market market, PricedCart cart, Address shipTo, long shipping, CancellationToken cancellationToken)
    {
        var request = new TaxRequest(
            market.Currency,
            new(shipTo.Country, shipTo.Region, shipTo.PostalCode, shipTo.City, shipTo.Line1),
            [.. cart.Lines.Select(line => new TaxItem(line.Id, line.Quantity, line.UnitPrice, line.Discount, line.Total - line.Discount, line.TaxCode))],
            shipping,
            market.TaxIncluded);
        CrashPoint.Reach("C04");
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(options.Value.TaxWait);
            var service = connections.Offered<ITax>(market.Tax) ?? throw new VendorException(VendorFailure.Misconfigured, $"The connection '{market.Tax}' offers no tax.");
            var quote = await service.QuoteAsync(request, deadline.Token);
            CrashPoint.Reach("C05");
            return new(market.Tax, request, quote, Estimated: false);
        }
        catch (Exception down) when (!cancellationToken.IsCancellationRequested && down is OperationCanceledException or VendorException { Failure: not VendorFailure.Rejected })
        {
            if (market.TaxEstimate is not { Length: > 0 } estimate) throw new RefusedException(Unavailable(market.Tax, down));
            return new(market.Tax, request, await connections.Get<ITax>(estimate).QuoteAsync(request, cancellationToken), Estimated: true);
        }
        catch (VendorException rejected) when (rejected.Failure == VendorFailure.Rejected)
        {
            throw new RefusedException(new(422, "address_not_taxable", "Tax cannot be computed for this address. Please check region and postal code.")
            {
                Errors = [new FieldError("/shippingAddress", "address_not_taxable", "Please check region and postal code.")],
                Upstream = new(market.Tax, "rejected"),
            });
        }
    }

    private static Refusal Unavailable(string connection, Exception down) => new(503, "service_unavailable", "Tax cannot be computed right now.")
    {
        Retryable = true,
        RetryAfter = TimeSpan.FromSeconds(2),
        Upstream = new(connection, down is VendorException { Failure: VendorFailure.Misconfigured } ? "misconfigured" : "transient"),
    };
}
