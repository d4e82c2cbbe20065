using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Connections;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Orders;
using Microsoft.Extensions.Options;

using Composable.Hub.Observability;

namespace Composable.Hub.Checkout;

/// <summary>Asks the market's tax connections what is due. When they are down or slow the market's own tables estimate; without them checkout waits.</summary>
internal sealed class TaxTheOrder(Router router, ConnectionList connections, IOptions<CheckoutOptions> options)
{
    public async Task<OrderTax> QuoteAsync(string checkout, Market market, PricedCart cart, Address shipTo, long shipping, CancellationToken cancellationToken)
    {
        var request = new TaxRequest(
            market.Currency,
            new(shipTo.Country, shipTo.Region, shipTo.PostalCode, shipTo.City, shipTo.Line1),
            [.. cart.Lines.Select(line => new TaxItem(line.Id, line.Quantity, line.UnitPrice, line.Discount, line.Total - line.Discount, line.TaxCode))],
            shipping,
            market.TaxIncluded);
        var port = new PortOfMarket(market.Code, PortOfMarket.Tax, [market.Tax]);
        var facts = new RouteFacts(checkout, market.Currency, shipTo.Country, request.Items.Sum(item => item.Amount) + shipping)
        {
            Basket = [.. cart.Lines.Select(line => new RouteLine(line.Sku, line.Quantity, line.TaxCode))],
        };
        CrashPoint.Reach("C04");
        try
        {
            var (connection, quote) = await router.AskAsync<ITax, TaxQuote>(port, facts, (service, until) => service.QuoteAsync(request, until), options.Value.TaxWait, cancellationToken);
            CrashPoint.Reach("C05");
            return new(connection, request, quote, Estimated: false);
        }
        catch (VendorException down) when (down.Failure != VendorFailure.Rejected)
        {
            var connection = router.Candidates<ITax>(port, facts) is [var first, ..] ? first : market.Tax;
            if (market.TaxEstimate is not { Length: > 0 } estimate) throw new RefusedException(Unavailable(connection, down));
            return new(connection, request, await connections.Get<ITax>(estimate).QuoteAsync(request, cancellationToken), Estimated: true);
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

    private static Refusal Unavailable(string connection, VendorException down) => new(503, "service_unavailable", "Tax cannot be computed right now.")
    {
        Retryable = true,
        RetryAfter = TimeSpan.FromSeconds(2),
        Upstream = new(connection, down.Failure == VendorFailure.Misconfigured ? "misconfigured" : "transient"),
    };
}
