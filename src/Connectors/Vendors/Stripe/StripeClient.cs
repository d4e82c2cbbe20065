using System.Globalization;
using System.Net.Http.Headers;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Stripe's payment intents: one request authorizes, a second captures, cancels or refunds.</summary>
internal sealed partial class StripeClient : IPayments, IWebhooks, IForgets
{
    /// <summary>The metadata key under which Stripe stores our attempt id (on intents) or transfer id (on refunds).</summary>
    public const string ReferenceKey = "hub_reference";

    /// <summary>Which capture it was; the intent has no other place for it.</summary>
    private const string CaptureKey = "hub_capture";

    /// <summary>Pinned: the shapes in StripeWire are those of this version, whatever the account's default is.</summary>
    private const string ApiVersion = "2023-10-16";

    private readonly StripeSettings _settings;
    private readonly VendorHttp _http;

    public StripeClient(StripeSettings settings, HttpClient http)
    {
        _settings = settings;
        _http = new VendorHttp("Stripe", http, settings.BaseUrl);
        PublicData = settings.PublishableKey is { } key ? new Dictionary<string, string> { ["publishableKey"] = key } : [];
    }

    /// <summary>Stripe takes up to eight digits; its smallest charge depends on the settlement currency, and Stripe checks it.</summary>
    public PaymentLimits Limits { get; } = new(1, 99_999_999, PartialCapture: true, ["card"]);

    public IReadOnlyDictionary<string, string> PublicData { get; }

    public WebhookReading Read(WebhookRequest request) => StripeWebhook.Read(request, _settings);

    public async Task<PaymentOutcome> AuthorizeAsync(PaymentRequest request, CancellationToken cancellationToken)
    {
        var customer = request.Customer is { } ours ? await CustomerAsync(ours, cancellationToken) : null;
        // Cards only, and named: with the dashboard's own choice of methods a shopper could be sent to one that cannot be captured later.
        var answer = await PostAsync("/v1/payment_intents", request.IdempotencyKey, new()
        {
            ["amount"] = Text(StripeMoney.ToWire(request.Amount)),
            ["currency"] = request.Amount.Currency.ToLowerInvariant(),
            ["confirm"] = "true",
            ["capture_method"] = request.Capture ? "automatic" : "manual",
            ["customer"] = customer,
            ["setup_future_usage"] = customer is not null && request.SaveMethod ? "on_session" : null,
            ["payment_method"] = request.MethodToken,
            ["payment_method_types[]"] = request.MethodType,
            ["return_url"] = request.ReturnUrl,
            ["description"] = request.Description,
            [$"metadata[{ReferenceKey}]"] = request.Reference,
        }, cancellationToken);
        if (answer.IsSuccess) return Outcome(answer, answer.Read(StripeJson.Default.StripeIntent));

        var error = StripeErrors.Read(answer);
        return StripeErrors.IsDecline(error)
            ? new PaymentOutcome.Declined(error.PaymentIntent?.Id, StripeErrors.DeclineCode(error))
            : throw StripeErrors.Failure(answer, error);
    }

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var answer = await GetAsync("/v1/payment_intents?limit=1", cancellationToken);
        if (!answer.IsSuccess) throw StripeErrors.Failure(answer, StripeErrors.Read(answer));
        answer.Read(StripeJson.Default.StripeListStripeIntent);
    }

    public async Task<PaymentOutcome> InquireAsync(PaymentInquiry inquiry, CancellationToken cancellationToken)
    {
        var (answer, intent) = inquiry.VendorId is { } id
            ? await GetIntentAsync(id, cancellationToken)
            : await FindIntentAsync(inquiry.Reference, inquiry.StartedAt, cancellationToken);
        if (intent?.Metadata?.GetValueOrDefault(ReferenceKey) is { } of && of != inquiry.Reference) throw answer.Failed(VendorFailure.Rejected, "the payment is of another reference");
        return intent is null ? new PaymentOutcome.NotFound() : Outcome(answer, intent);
    }

    private static PaymentOutcome Outcome(VendorAnswer answer, StripeIntent intent) => intent.Status switch
    {
        "requires_capture" => new PaymentOutcome.Authorized(intent.Id, Money(answer, intent.AmountCapturable ?? intent.Amount, intent.Currency)),
        "succeeded" => new PaymentOutcome.Captured(intent.Id, Money(answer, intent.AmountReceived ?? intent.Amount, intent.Currency)),
        // Without a return URL Stripe wants its own script to do the asking, and there is no page to send the shopper to: undecided.
        "requires_action" when Uri.TryCreate(intent.NextAction?.RedirectToUrl?.Url, UriKind.Absolute, out var page) => new PaymentOutcome.ActionNeeded(intent.Id, page),
        // Confirmed, and back at the start: the card or the shopper's confirmation failed, and nothing is held.
        "requires_payment_method" => new PaymentOutcome.Declined(intent.Id, intent.LastPaymentError is { } error ? StripeErrors.DeclineCode(error) : "card_declined"),
        "canceled" => new PaymentOutcome.Declined(intent.Id, "canceled"),
        _ => new PaymentOutcome.Pending(intent.Id),
    };

    private static Money Money(VendorAnswer answer, long amount, string currency) =>
        StripeMoney.FromWire(amount, currency) ?? throw answer.Unusable("its amount does not fit its currency");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<VendorAnswer> PostAsync(string path, string? idempotencyKey, Dictionary<string, string?> form, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, path);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        request.Content = new FormUrlEncodedContent(form.Where(field => !string.IsNullOrEmpty(field.Value)));
        return await _http.SendAsync(request, VendorEffect.Changes, cancellationToken);
    }

    private async Task<VendorAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path);
        return await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, _http.At(path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.ApiKey);
        request.Headers.TryAddWithoutValidation("Stripe-Version", ApiVersion);
        return request;
    }
}
