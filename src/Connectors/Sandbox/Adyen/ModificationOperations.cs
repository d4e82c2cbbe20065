using System.Text.Json;

namespace Composable.Sandbox.Adyen;

/// <summary>Captures, refunds and cancels. Each is answered as received; how it ends is told by notice. Runs under the books' gate.</summary>
internal sealed class ModificationOperations(AdyenBooks books, Endings endings, Action<string?> checkAccount)
{
    public AdyenEffect Capture(AdyenCall call, TransferBody body) => Transfer("capture", call, body);

    public AdyenEffect Refund(AdyenCall call, TransferBody body) => Transfer("refund", call, body);

    public AdyenEffect Cancel(AdyenCall call, CancelBody body)
    {
        checkAccount(body.MerchantAccount);
        var payment = books.Payment(call.Id) ?? throw AdyenRefusal.NoSuchPayment();
        var cancel = New("cancel", payment.Id, body.Reference ?? payment.Reference, payment.Amount, payment.Currency);
        return Received(call, cancel, new(body.MerchantAccount, payment.Id, null, cancel.Reference, cancel.Id, "received", null));
    }

    /// <summary>By the merchant's own reference. Whether there is such a payment is looked at later.</summary>
    public AdyenEffect CancelByReference(AdyenCall call, CancelBody body)
    {
        checkAccount(body.MerchantAccount);
        var reference = body.PaymentReference is { Length: > 0 } named ? named : throw new AdyenRefusal(422, "14_0392", "reference number is missing");
        var payment = books.PaymentOfReference(reference);
        var cancel = New("cancel", payment?.Id, reference, payment?.Amount ?? 0, payment?.Currency ?? "EUR") with { ByReference = true };
        return Received(call, cancel, new(body.MerchantAccount, null, reference, body.Reference ?? reference, cancel.Id, "received", null));
    }

    private AdyenEffect Transfer(string kind, AdyenCall call, TransferBody body)
    {
        checkAccount(body.MerchantAccount);
        var payment = books.Payment(call.Id) ?? throw AdyenRefusal.NoSuchPayment();
        if (body.Amount.Value < 1)
        {
            throw new AdyenRefusal(422, "137", "Invalid amount specified");
        }

        var transfer = New(kind, payment.Id, body.Reference ?? payment.Reference, body.Amount.Value, body.Amount.Currency);
        return Received(call, transfer, new(body.MerchantAccount, payment.Id, null, transfer.Reference, transfer.Id, "received", body.Amount));
    }

    private Modification New(string kind, string? payment, string reference, long amount, string currency) =>
        new(Psp.New(), books.Modifications.Next, kind, payment, reference, amount, currency, "received");

    private AdyenEffect Received(AdyenCall call, Modification modification, ReceivedAnswer answer)
    {
        var ending = call.Refuse ? Ending.Fails : endings.Take(modification.Kind);
        var entry = ending is Ending.Held ? new AdyenEntry { Modification = modification } : Settling.End(books, modification, ending is Ending.Fails);
        return new AdyenEffect(entry, JsonSerializer.Serialize(answer, AdyenJson.Default.ReceivedAnswer));
    }
}
