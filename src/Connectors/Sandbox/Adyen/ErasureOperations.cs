namespace Composable.Sandbox.Adyen;

/// <summary>The data protection API: what a payment says about its shopper is erased, and the payment stays. Runs under the books' gate.</summary>
internal sealed class ErasureOperations(AdyenBooks books, Action<string?> checkAccount)
{
    public AdyenEffect Erase(AdyenCall call, ErasureBody body)
    {
        checkAccount(body.MerchantAccount);
        if (books.Payment(body.PspReference ?? "") is not { } payment)
        {
            return Answer(new AdyenEntry(), "PAYMENT_NOT_FOUND");
        }

        if (payment.Erased)
        {
            return Answer(new AdyenEntry(), "ALREADY_PROCESSED");
        }

        var keeps = payment.StoredId is { } id && books.Stored.TryGet(id, out var stored) && !stored.Removed;
        return keeps && body.ForceErasure != true
            ? Answer(new AdyenEntry(), "ACTIVE_RECURRING_TOKEN_EXISTS")
            : Answer(new AdyenEntry { Payment = payment with { Erased = true, Shopper = null, LastFour = "" } }, "SUCCESS");
    }

    private static AdyenEffect Answer(AdyenEntry entry, string result) => new(entry, $$"""{"result":"{{result}}"}""");
}
