using System.Net.Mail;
using Composable.Contracts;
using Composable.Hub.Http;
using Composable.Hub.Promotions;

namespace Composable.Hub.Carts;

/// <summary>Applies operations to a cart. Works on the newest version whatever the caller saw, so that edits made side by side add up.</summary>
internal static class CartEdit
{
    /// <summary>The cart after all operations, or why the first impossible one is.</summary>
    public static (Cart? Cart, Refusal? Refusal) Apply(Cart cart, IReadOnlyList<CartOperation> operations, CartOptions limits, string pointer = "/operations")
    {
        if (cart.Status != Cart.Open) return (null, Closed(cart));
        for (var i = 0; i < operations.Count; i++)
        {
            var (next, refusal) = Apply(cart, operations[i], limits, $"{pointer}/{i}");
            if (refusal is not null) return (null, refusal);
            cart = next!;
        }

        return (cart, null);
    }

    public static Refusal Closed(Cart cart) => cart.Status == Cart.Ordered
        ? new Refusal(409, "cart_closed", "This cart has become an order.")
        : cart.Status == Cart.Merged ? new Refusal(409, "cart_closed", "This cart was left for another one when its owner signed in.")
        : new Refusal(409, "checkout_completing", "This cart is being paid for.") { Retryable = true };

    private static (Cart? Cart, Refusal? Refusal) Apply(Cart cart, CartOperation operation, CartOptions limits, string pointer) => operation switch
    {
        CartOperation.AddLine add => Add(cart, add, limits, pointer),
        CartOperation.SetQuantity set => Set(cart, set, limits, pointer),
        CartOperation.RemoveLine remove => Remove(cart, remove.LineId, pointer),
        CartOperation.ApplyCode apply => ApplyCode(cart, apply.Code, limits, pointer),
        CartOperation.RemoveCode remove => (cart with { Codes = [.. cart.Codes.Where(code => code != PromotionBook.Normalize(remove.Code))] }, null),
        CartOperation.SetEmail set => IsEmail(set.Email) ? (cart with { Email = set.Email.Trim() }, null) : (null, Refusal.Invalid(pointer + "/email", "invalid_email", "This is no e-mail address.")),
        CartOperation.SetShippingAddress set => AddressRules.Check(set.Address, pointer + "/address") is { } wrong ? (null, wrong) : (cart with { ShippingAddress = set.Address }, null),
        CartOperation.SetBillingAddress set => set.Address is not null && AddressRules.Check(set.Address, pointer + "/address") is { } wrong
            ? (null, wrong) : (cart with { BillingAddress = set.Address }, null),
        CartOperation.ChooseDelivery choose => (cart with { DeliveryOption = choose.OptionId }, null),
        _ => throw new InvalidOperationException($"{operation.GetType().Name} is no operation."),
    };

    private static (Cart?, Refusal?) Add(Cart cart, CartOperation.AddLine add, CartOptions limits, string pointer)
    {
        if (add.Quantity < 1) return (null, Refusal.Invalid(pointer + "/quantity", "out_of_range", "A quantity is at least 1."));
        var line = cart.Lines.FirstOrDefault(line => line.Sku == add.Sku);
        if (line is not null) return WithQuantity(cart, line, (long)line.Quantity + add.Quantity, limits, pointer);
        if (cart.Lines.Count >= limits.MaxLines) return (null, TooMuch(pointer, $"A cart holds at most {limits.MaxLines} lines."));
        var fresh = new CartLine($"ln_{cart.NextLine}", add.Sku, 0);
        return WithQuantity(cart with { Lines = [.. cart.Lines, fresh], NextLine = cart.NextLine + 1 }, fresh, add.Quantity, limits, pointer);
    }

    private static (Cart?, Refusal?) Set(Cart cart, CartOperation.SetQuantity set, CartOptions limits, string pointer)
    {
        if (set.Quantity < 0) return (null, Refusal.Invalid(pointer + "/quantity", "out_of_range", "A quantity is not negative."));
        if (cart.Lines.FirstOrDefault(line => line.Id == set.LineId) is not { } line) return (null, NoLine(pointer));
        return set.Quantity == 0 ? Remove(cart, set.LineId, pointer) : WithQuantity(cart, line, set.Quantity, limits, pointer);
    }

    private static (Cart?, Refusal?) Remove(Cart cart, string lineId, string pointer) => cart.Lines.Any(line => line.Id == lineId)
        ? (cart with { Lines = [.. cart.Lines.Where(line => line.Id != lineId)] }, null)
        : (null, NoLine(pointer));

    private static (Cart?, Refusal?) ApplyCode(Cart cart, string text, CartOptions limits, string pointer)
    {
        var code = PromotionBook.Normalize(text);
        if (code.Length is 0 or > 40) return (null, Refusal.Invalid(pointer + "/code", "out_of_range", "A code has 1 to 40 characters."));
        if (cart.Codes.Contains(code)) return (cart, null);
        return cart.Codes.Count >= limits.MaxCodes ? (null, TooMuch(pointer, $"A cart takes at most {limits.MaxCodes} codes.")) : (cart with { Codes = [.. cart.Codes, code] }, null);
    }

    private static (Cart?, Refusal?) WithQuantity(Cart cart, CartLine line, long quantity, CartOptions limits, string pointer) => quantity > limits.MaxQuantity
        ? (null, TooMuch(pointer, $"A line holds at most {limits.MaxQuantity} pieces."))
        : (cart with { Lines = [.. cart.Lines.Select(other => other.Id == line.Id ? line with { Quantity = (int)quantity } : other)] }, null);

    private static Refusal NoLine(string pointer) => new(404, "not_found", "The cart has no such line.") { Errors = [new(pointer + "/lineId", "unknown_line", "The cart has no such line.")] };

    private static Refusal TooMuch(string pointer, string detail) => new(422, "limit_exceeded", detail) { Errors = [new(pointer, "limit_exceeded", detail)] };

    public static bool IsEmail(string text) => text.Length <= 254 && MailAddress.TryCreate(text.Trim(), out var address) && address.Address == text.Trim() && address.Host.Contains('.');
}
