using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Hub.Catalog.Import;

namespace Composable.AllInOne.Verbs;

/// <summary>The replay cannot go on with this invoice.</summary>
internal sealed class ReplayException(string message) : Exception(message);

/// <summary>Buys an invoice as a shopper would: cart, checkout, address, delivery, payment.</summary>
internal sealed class InvoiceBuyer(HubClient hub, ReplayState state, string market)
{
    /// <summary>Gives the entry with its order. What an earlier run has begun is finished, not begun again.</summary>
    public async Task<ReplayEntry> BuyAsync(Invoice invoice, CancellationToken cancellationToken)
    {
        var entry = state.Of(invoice.Key);
        if (entry.Done) return entry with { Total = await TotalAsync(entry.Order!, cancellationToken) };
        var checkout = await FindAsync(entry, cancellationToken);
        if (checkout is null) (entry, checkout) = await OpenAsync(invoice, cancellationToken);
        if (checkout.Status is "incomplete" or "ready")
        {
            checkout = await PrepareAsync(invoice, entry.Token!, checkout, cancellationToken);
            checkout = await CompleteAsync(invoice, entry.Token!, checkout, cancellationToken);
        }
        if (checkout.Status == "completing")
            checkout = await Waiting.UntilAsync(() => GetAsync(checkout.Id, entry.Token!, cancellationToken), found => found.Status != "completing", cancellationToken);
        if (checkout is not { Status: "completed", OrderId: not null }) throw new ReplayException($"checkout {checkout.Id} is {checkout.Status}");
        var order = checkout.Order ?? await hub.StorefrontAsync<OrderView>(HttpMethod.Get, $"/v1/orders/{checkout.OrderId}", null, entry.Token, null, cancellationToken);
        return state.Save(entry with { Order = order.Id, Total = order.Totals.Total.Amount, Done = true });
    }

    /// <summary>What the hub says, not the state file: the order may be missing from this hub.</summary>
    private async Task<long> TotalAsync(string order, CancellationToken cancellationToken) =>
        (await hub.AdminAsync<OrderView>(HttpMethod.Get, $"/admin/orders/{order}", cancellationToken)).Totals.Total.Amount;

    private Task<CheckoutView> GetAsync(string id, string token, CancellationToken cancellationToken) =>
        hub.StorefrontAsync<CheckoutView>(HttpMethod.Get, $"/v1/checkouts/{id}", null, token, null, cancellationToken);

    private async Task<CheckoutView?> FindAsync(ReplayEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Checkout is null) return null;
        try
        {
            var checkout = await GetAsync(entry.Checkout, entry.Token!, cancellationToken);
            return checkout.Status is "canceled" or "expired" ? null : checkout;
        }
        catch (HubRefusedException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>An invoice that fits a cart also fits one request: 2,000 lines, the longest stock codes and every character escaped stay under 1 MiB.</summary>
    private async Task<(ReplayEntry, CheckoutView)> OpenAsync(Invoice invoice, CancellationToken cancellationToken)
    {
        var lines = invoice.Traded.GroupBy(line => line.Sku!).Select(same => new LineInput(same.Key, checked(same.Sum(line => line.Quantity)))).ToList();
        var cart = await hub.StorefrontAsync<CartView>(HttpMethod.Post, "/v1/carts", new CreateCart(market, lines), null, NewKey(), cancellationToken);
        var token = cart.Token ?? throw new ReplayException($"cart {cart.Id} came without a token");
        var checkout = await hub.StorefrontAsync<CheckoutView>(HttpMethod.Post, "/v1/checkouts", new CreateCheckout(cart.Id), token, NewKey(), cancellationToken);
        return (state.Save(new ReplayEntry(invoice.Key) { Checkout = checkout.Id, Token = token }), checkout);
    }

    private async Task<CheckoutView> PrepareAsync(Invoice invoice, string token, CheckoutView checkout, CancellationToken cancellationToken)
    {
        var buyer = invoice.Customer is { } customer ? $"customer-{Slug.From(customer)}" : $"guest-{Slug.From(invoice.Key)}";
        var address = new Address(buyer, "1 High Street", "London", "SW1A 1AA", "GB", Line2: invoice.Country.Length is > 0 and <= 60 ? invoice.Country : null);
        var path = $"/v1/checkouts/{checkout.Id}";
        var shipping = JsonSerializer.SerializeToNode(address, JsonSerializerOptions.Web);
        var who = new JsonObject { ["email"] = $"{buyer}@example.com", ["shippingAddress"] = shipping, ["billingAddress"] = null };
        checkout = await hub.StorefrontAsync<CheckoutView>(HttpMethod.Patch, path, who, token, null, cancellationToken);
        var free = checkout.DeliveryOptions.FirstOrDefault(option => option.Price.Amount == 0)
            ?? throw new ReplayException("no delivery option is free, so the order cannot come to the invoice's total");
        checkout = await hub.StorefrontAsync<CheckoutView>(HttpMethod.Patch, path, new JsonObject { ["deliveryOption"] = free.Id }, token, null, cancellationToken);
        return checkout.Totals.Total is var total && total.Amount == invoice.Total && total.Currency == OrderLines.Currency
            ? checkout
            : throw new ReplayException($"the checkout comes to {total.Amount} {total.Currency}, the invoice to {invoice.Total} {OrderLines.Currency}");
    }

    /// <summary>The key depends on the invoice alone: not even with a lost state file is an invoice bought twice.</summary>
    private Task<CheckoutView> CompleteAsync(Invoice invoice, string token, CheckoutView checkout, CancellationToken cancellationToken)
    {
        var quote = checkout.Quote?.Token
            ?? throw new ReplayException($"checkout {checkout.Id} is {checkout.Status}, without a quote: {string.Join("; ", checkout.Messages.Select(message => message.Text))}");
        var payment = new PaymentInput(new PaymentMethodInput("card", "pm_card_visa"));
        return hub.StorefrontAsync<CheckoutView>(
            HttpMethod.Post, $"/v1/checkouts/{checkout.Id}/complete", new CompleteCheckout(quote, payment), token, $"replay-{invoice.Key}", cancellationToken);
    }

    /// <summary>A cart or checkout too many does no harm, so that the key only has to survive the retries of this one call.</summary>
    private static string NewKey() => $"replay-{Guid.NewGuid():N}";
}
