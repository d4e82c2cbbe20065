namespace Composable.Sandbox.Adyen;

/// <summary>Decides payments: at once, or once the shopper has been to the confirmation page.</summary>
internal static class Charging
{
    private const string TokenKey = "tokenization.";

    public static AdyenEntry Decide(AdyenBooks books, Payment payment, (string Reason, string Code)? refusal)
    {
        if (refusal is { } no)
        {
            var refused = payment with { Status = "refused", RefusalReason = no.Reason, RefusalCode = no.Code, ActionUrl = null };
            return new AdyenEntry { Payment = refused, Notices = [Tell(books, refused, succeeded: false, no.Reason)] };
        }

        var paid = payment with { Status = "authorised", ActionUrl = null, Captured = payment.AtOnce ? payment.Amount : 0 };
        var stored = Keep(books, paid);
        paid = paid with { StoredId = stored?.Id ?? paid.StoredId };
        return new AdyenEntry { Payment = paid, Stored = stored, Notices = [Tell(books, paid, succeeded: true, $"065696:{paid.LastFour}:03/2030")] };
    }

    /// <summary>What answers and notices say of a method that was kept.</summary>
    public static Dictionary<string, string> Tokenization(Payment payment) => payment is { Store: true, StoredId: { } id, Shopper: { } shopper }
        ? new() { [TokenKey + "storedPaymentMethodId"] = id, [TokenKey + "shopperReference"] = shopper, [TokenKey + "store.operationType"] = "created" }
        : [];

    private static StoredMethod? Keep(AdyenBooks books, Payment payment)
    {
        if (payment is not { Store: true, StoredId: null, Shopper: { } shopper })
        {
            return null;
        }

        // The same card kept twice is kept once.
        return books.Stored.OldestFirst.FirstOrDefault(kept => !kept.Removed && kept.Shopper == shopper && kept.Token == payment.Token)
            ?? new StoredMethod(Psp.New(), books.Stored.Next, shopper, payment.Token, payment.Brand, payment.LastFour);
    }

    private static Notice Tell(AdyenBooks books, Payment payment, bool succeeded, string reason)
    {
        var data = Tokenization(payment);
        foreach (var (name, value) in payment.Metadata)
        {
            data[$"metadata.{name}"] = value;
        }

        return new Notice(payment.Id, null, payment.Reference, payment.Amount, payment.Currency, "AUTHORISATION", succeeded, reason, payment.Brand, books.Now) { Data = data };
    }
}
