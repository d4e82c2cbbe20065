using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Connections;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Checkout;

/// <summary>Which providers can take a payment, best first.</summary>
internal sealed class PaymentRouting(Router router, ConnectionList connections, MarketList markets)
{
    /// <summary>The ways to pay that a market offers.</summary>
    public IReadOnlyList<PaymentOptionView> Options(Market market) =>
    [
        .. from connection in router.All<IPayments>(PortOf(market))
           let provider = connections.Offered<IPayments>(connection)
           from kind in provider.Limits.MethodTypes
           select new PaymentOptionView(connection, kind, provider.PublicData),
    ];

    /// <summary>Those that take this method and amount. A shopper who names one, whose token it is, gets that one or none.</summary>
    public (IReadOnlyList<string> Candidates, Refusal? Refusal) For(CheckoutSession session, Quote quote, PaymentInput input)
    {
        var market = markets[session.Market];
        var named = input.Connection is { } wanted ? router.All<IPayments>(PortOf(market)).Where(id => id == wanted) : router.Candidates<IPayments>(PortOf(market), Facts(session, quote, market));
        var offered = named.Select(id => (Id: id, connections.Offered<IPayments>(id)!.Limits)).ToList();
        if (offered.Count == 0) return ([], Refusal.Invalid("/payment", "unknown_payment_option", "Choose one of paymentOptions."));
        offered.RemoveAll(one => !one.Limits.MethodTypes.Contains(input.Method.Type));
        if (offered.Count == 0) return ([], Refusal.Invalid("/payment/method/type", "unknown_method", "This connection does not take this kind of method."));
        var amount = new Money(quote.Totals.Total, market.Currency);
        offered.RemoveAll(one => amount.Amount < one.Limits.Minimum || amount.Amount > one.Limits.Maximum || one.Limits.Currencies?.Contains(amount.Currency) == false);
        return offered.Count > 0 ? ([.. offered.Select(one => one.Id)], null)
            : ([], new(422, "amount_not_payable", $"{amount} cannot be paid with this method.") { Errors = [new FieldError("/payment/method", "amount_not_payable", "Choose another method.")] });
    }

    /// <summary>How the attempt went, for the provider that is on trial.</summary>
    public void Report(CheckoutState state, bool good) => router.Report(PortOf(markets[state.Session.Market]), state.Payment!.Connection, good);

    private static PortOfMarket PortOf(Market market) => new(market.Code, PortOfMarket.Payments, market.Payments);

    public static RouteFacts Facts(CheckoutSession session, Quote quote, Market market) => new(session.Id, market.Currency, quote.ShippingAddress.Country, quote.Totals.Total)
    {
        Basket = [.. quote.Lines.Select(line => new RouteLine(line.Sku, line.Quantity, line.TaxCode))],
    };
}
