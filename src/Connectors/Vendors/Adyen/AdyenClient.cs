using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Adyen's Checkout API: one request authorizes; captures, cancels and refunds are only received, and end by notice.</summary>
internal sealed partial class AdyenClient : IPayments, IWebhooks, IForgets
{
    private readonly AdyenSettings _settings;
    private readonly VendorHttp _http;

    public AdyenClient(AdyenSettings settings, HttpClient http)
    {
        _settings = settings;
        _http = new VendorHttp("Adyen", http, settings.BaseUrl);
        _dataProtection = settings.DataProtectionUrl is { Length: > 0 } address ? new VendorHttp("Adyen", http, address) : null;
        PublicData = settings.ClientKey is { } key
            ? new Dictionary<string, string> { ["clientKey"] = key, ["environment"] = settings.Environment is AdyenEnvironment.Live ? "live" : "test" }
            : [];
    }

    /// <summary>Adyen names no largest amount; acquirers stop at twelve digits.</summary>
    public PaymentLimits Limits { get; } = new(1, 999_999_999_999, PartialCapture: true, ["card"]) { FindsByReference = false };

    public IReadOnlyDictionary<string, string> PublicData { get; }

    public WebhookReading Read(WebhookRequest request) => AdyenWebhook.Read(request, _settings);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            HttpMethod.Post, "/paymentMethods", new AdyenMethodsRequest(_settings.MerchantAccount), AdyenJson.Default.AdyenMethodsRequest, VendorEffect.Reads, null, cancellationToken);
        if (!answer.IsSuccess) throw AdyenErrors.Failure(answer, AdyenErrors.Read(answer));
        answer.Read(AdyenJson.Default.AdyenMethodsAnswer);
    }

    private Task<VendorAnswer> ChangeAsync<T>(string path, string? idempotencyKey, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, type, VendorEffect.Changes, idempotencyKey, cancellationToken);

    private async Task<VendorAnswer> SendAsync<T>(
        HttpMethod method, string path, T body, JsonTypeInfo<T> type, VendorEffect effect, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = Request(method, path);
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", AdyenKey.Fitting(idempotencyKey));
        request.Content = new StringContent(JsonSerializer.Serialize(body, type), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await _http.SendAsync(request, effect, cancellationToken);
    }

    private HttpRequestMessage Request(HttpMethod method, string path) => Request(method, _http.At(path));

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("X-API-Key", _settings.ApiKey);
        return request;
    }
}
