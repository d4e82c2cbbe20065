using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Orders;

namespace Composable.Hub.Customers;

/// <summary>What a customer has bought and is about to buy.</summary>
internal static class CustomerOrders
{
    private const int Tries = 6;

    public static async Task<IResult> ListAsync(PageRequest page, HttpContext context, OrderStore orders, CancellationToken cancellationToken)
    {
        var (at, id) = page.Keys(2) is [var time, var last] ? (PageRequest.Number(time), last) : (long.MaxValue, "");
        var found = await orders.OfCustomerAsync(Caller.Of(context).Customer!.CustomerId, at, id, page.Limit + 1, cancellationToken);
        return Results.Json(page.Of(found, order => order.View(), order => [PageRequest.Text(order.PlacedAt.ToUnixTimeMilliseconds()), order.Id]), Json.Options);
    }

    /// <summary>The open cart in the request's market that was changed last.</summary>
    public static async Task<IResult> CartAsync(HttpContext context, CartStore carts, Pricing pricing, MarketList markets, CancellationToken cancellationToken)
    {
        var market = markets.Of(context);
        var cart = (await carts.OpenOfAsync(Caller.Of(context).Customer!.CustomerId, cancellationToken)).FirstOrDefault(cart => cart.Market == market.Code);
        return cart is null ? Refusal.NotFound("cart").ToResult() : ETags.Answer(context, cart.Version, CartViews.View(cart, await pricing.PriceAsync(cart, market, cancellationToken), market));
    }

    /// <summary>
    /// Takes over an order that was placed as a guest: with its cart token, or because the order went to an e-mail address that the customer has verified.
    /// </summary>
    public static async Task<IResult> ClaimAsync(Body<ClaimOrder> body, HttpContext context, CustomerStore customers, OrderStore orders, GuestOrders guests, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(context);
        var customer = await customers.OwnAsync(caller, cancellationToken);
        for (var tries = 1; tries <= Tries; tries++)
        {
            var order = await orders.NamedAsync(body.Value.Order, cancellationToken);
            if (order is not null && order.CustomerId == customer.Id) return Results.Json(order.View(), Json.Options);
            var isTheirs = order is { CustomerId: null } && (order.Of(caller) is not null || (customer.Verified && Customer.KeyOf(order.Email) == Customer.KeyOf(customer.Email)));
            if (!isTheirs) return Refusal.NotFound("order").ToResult();
            await guests.TakeAsync(order!, customer, cancellationToken);
        }

        throw new RefusedException(new(409, "conflict", "The order keeps changing. Try again.") { Retryable = true });
    }
}
