using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Markets;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Carts;

/// <summary>Which cart a customer goes on with after signing in, and what it no longer has.</summary>
internal sealed record CarriedOn(Cart? Cart, IReadOnlyList<DroppedLine> Dropped, IReadOnlyList<Message> Messages);

/// <summary>Brings the cart that a guest filled and the one that the customer left together.</summary>
internal sealed class CartMerge(CartStore store, IOptions<CartOptions> options)
{
    public const string Merge = "merge", KeepGuest = "keep_guest", KeepCustomer = "keep_customer";

    private const string NotKept = "not_kept", TooMuch = "limit_exceeded";

    public static bool IsStrategy(string strategy) => strategy is Merge or KeepGuest or KeepCustomer;

    /// <summary>Adds to the commit what becomes of both carts. One that is being paid for, or that is not the caller's, is left alone.</summary>
    public async Task<CarriedOn> CarryOnAsync(Commit commit, SignedIn customer, string? guestCartId, Caller guest, string strategy, Market market, CancellationToken cancellationToken)
    {
        var theirs = guestCartId is null ? null : (await store.ReadAsync(guestCartId, cancellationToken)).Of(guest);
        var taken = theirs is { Status: Cart.Open, CustomerId: null } ? theirs : null;
        List<Message> messages = guestCartId is null || taken is not null ? [] : [new("warning", "cart_not_taken", "/cartId", "There is no such open cart of a guest.")];
        var own = (await store.OpenOfAsync(customer.CustomerId, cancellationToken)).FirstOrDefault(cart => cart.Market == (taken?.Market ?? market.Code));
        if (taken is null) return new(own, [], messages);
        if (own is null) return new(Claim(commit, taken, customer), [], messages);
        switch (strategy)
        {
            case KeepCustomer:
                Leave(commit, taken, customer);
                return new(own, Lost(taken), messages);
            case KeepGuest:
                Leave(commit, own, customer);
                return new(Claim(commit, taken, customer), Lost(own), messages);
            default:
                Leave(commit, taken, customer);
                return Together(commit, own, taken, messages);
        }
    }

    private CarriedOn Together(Commit commit, Cart own, Cart guest, List<Message> messages)
    {
        var (cart, dropped) = (own, new List<DroppedLine>());
        foreach (var line in guest.Lines)
        {
            var room = options.Value.MaxQuantity - (cart.Lines.FirstOrDefault(other => other.Sku == line.Sku)?.Quantity ?? 0);
            var fits = Math.Min(line.Quantity, room);
            var next = fits > 0 ? CartEdit.Apply(cart, [new CartOperation.AddLine(line.Sku, fits)], options.Value).Cart : null;
            if (next is null) fits = 0;
            if (fits < line.Quantity) dropped.Add(new(line.Sku, line.Quantity - fits, TooMuch));
            cart = next ?? cart;
        }

        foreach (var code in guest.Codes)
        {
            if (CartEdit.Apply(cart, [new CartOperation.ApplyCode(code)], options.Value).Cart is { } next) cart = next;
            else messages.Add(new("warning", "code_dropped", "/codes", $"The code {code} is one too many."));
        }

        cart = cart with
        {
            Email = cart.Email ?? guest.Email,
            ShippingAddress = cart.ShippingAddress ?? guest.ShippingAddress,
            BillingAddress = cart.ShippingAddress is null ? guest.BillingAddress : cart.BillingAddress,
            DeliveryOption = cart.DeliveryOption ?? guest.DeliveryOption,
            Version = own.Version + 1,
        };
        CartStore.Update(commit, cart, "cart.changed");
        return new(cart, dropped, messages);
    }

    private static Cart Claim(Commit commit, Cart guest, SignedIn customer)
    {
        var claimed = guest with { CustomerId = customer.CustomerId, Email = guest.Email ?? customer.Email, Version = guest.Version + 1 };
        CartStore.Update(commit, claimed, "cart.claimed");
        return claimed;
    }

    /// <summary>Nobody goes on with it; the guest's token no longer opens it either.</summary>
    private static void Leave(Commit commit, Cart cart, SignedIn customer) =>
        CartStore.Update(commit, cart with { CustomerId = customer.CustomerId, Status = Cart.Merged, Version = cart.Version + 1 }, "cart.merged");

    private static List<DroppedLine> Lost(Cart cart) => [.. cart.Lines.Select(line => new DroppedLine(line.Sku, line.Quantity, NotKept))];
}
