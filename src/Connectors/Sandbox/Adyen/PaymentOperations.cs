using System.Text.Json;

namespace Composable.Sandbox.Adyen;

/// <summary>Payments and what shoppers bring back from the confirmation page. Runs under the books' gate.</summary>
internal sealed class PaymentOperations(AdyenBooks books, Action<string?> checkAccount)
{
    private const int LongestReference = 80;

    public AdyenEffect Pay(AdyenCall call, PaymentBody body)
    {
        checkAccount(body.MerchantAccount);
        Check(body);
        var behaviour = Behaviour(body);
        var payment = new Payment
        {
            Id = Psp.New(),
            Sequence = books.Payments.Next,
            Reference = body.Reference,
            Amount = body.Amount.Value,
            Currency = body.Amount.Currency,
            Created = books.Now.ToUnixTimeSeconds(),
            Status = "redirect",
            AtOnce = body.CaptureDelayHours is null or 0 && body.AdditionalData?.GetValueOrDefault("manualCapture") != "true",
            ReturnUrl = body.ReturnUrl!,
            Brand = behaviour.Brand,
            LastFour = behaviour.LastFour,
            Token = behaviour.Token,
            Shopper = body.ShopperReference,
            Store = body.StorePaymentMethod,
            Metadata = body.Metadata ?? new Dictionary<string, string>(),
        };
        var refusal = call.Refuse ? TestMethods.Refused : behaviour.Refusal;
        if (refusal is not null || !behaviour.Redirects)
        {
            return Answered(Charging.Decide(books, payment, refusal));
        }

        return Answered(new AdyenEntry
        {
            Payment = payment with { ActionUrl = $"http://{call.Host}/adyen/redirect/{payment.Id}", RedirectResult = $"X6XtfGC3!{Psp.New()}{Psp.New()}" },
        });
    }

    public AdyenEffect Details(AdyenCall call, DetailsBody body)
    {
        if (body.Details.RedirectResult is not { Length: > 0 } result || books.PaymentOfResult(result) is not { } payment)
        {
            throw new AdyenRefusal(422, "14_006", "The details of the redirect are invalid");
        }

        if (payment.DetailsTaken)
        {
            throw AdyenRefusal.InProgress();
        }

        payment = payment with { DetailsTaken = true };
        return Answered(payment switch
        {
            { Status: "redirect", Confirmed: true } => Charging.Decide(books, payment, call.Refuse ? TestMethods.Refused : null),
            { Status: "redirect" } => Charging.Decide(books, payment, TestMethods.NotAuthenticated),
            _ => new AdyenEntry { Payment = payment },
        });
    }

    private static void Check(PaymentBody body)
    {
        if (body.Reference.Length is 0 or > LongestReference)
        {
            throw new AdyenRefusal(422, "130", "Reference Missing");
        }

        if (body.Amount.Value < 0)
        {
            throw new AdyenRefusal(422, "137", "Invalid amount specified");
        }

        if (body.Amount.Currency.Length != 3 || !body.Amount.Currency.All(char.IsAsciiLetterUpper))
        {
            throw new AdyenRefusal(422, "138", "Unsupported currency specified");
        }

        if (!Uri.TryCreate(body.ReturnUrl, UriKind.Absolute, out _))
        {
            throw new AdyenRefusal(422, "14_030", "Return URL is missing.");
        }

        if (body.StorePaymentMethod && (body.ShopperReference is not { Length: >= 3 } || body.RecurringProcessingModel is null))
        {
            throw new AdyenRefusal(422, "14_0408", "Keeping a method needs shopperReference and recurringProcessingModel");
        }
    }

    private MethodBehaviour Behaviour(PaymentBody body)
    {
        if (body.PaymentMethod.Type != "scheme")
        {
            throw new AdyenRefusal(422, "14_008", "Invalid payment method");
        }

        if (body.PaymentMethod.StoredPaymentMethodId is not { } stored)
        {
            return TestMethods.OfForm(body.PaymentMethod) ?? throw new AdyenRefusal(422, "101", "Invalid card number");
        }

        return books.Stored.TryGet(stored, out var kept) && !kept.Removed && kept.Shopper == body.ShopperReference
            ? TestMethods.Find(kept.Token)! with { Redirects = false }
            : TestMethods.Find(stored) ?? throw AdyenRefusal.NoSuchMethod();
    }

    private static AdyenEffect Answered(AdyenEntry entry)
    {
        var payment = entry.Payment!;
        var answer = new PaymentAnswer(payment.Id, ResultCode(payment), new Amount(payment.Currency, payment.Amount), payment.Reference)
        {
            RefusalReason = payment.RefusalReason,
            RefusalReasonCode = payment.RefusalCode,
            Action = payment.ActionUrl is { } url ? new ActionAnswer("scheme", url, "GET", "redirect") : null,
            AdditionalData = Charging.Tokenization(payment) is { Count: > 0 } data ? data : null,
        };
        return new AdyenEffect(entry, JsonSerializer.Serialize(answer, AdyenJson.Default.PaymentAnswer));
    }

    private static string ResultCode(Payment payment) => payment.Status switch
    {
        "authorised" => "Authorised",
        "refused" => "Refused",
        "cancelled" => "Cancelled",
        _ => "RedirectShopper",
    };
}
