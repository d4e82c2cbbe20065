using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

internal sealed record AdyenSettings
{
    [Secret, Required, Display(Name = "API key of the web service user")]
    public required string ApiKey { get; init; }

    [Required, Display(Name = "Merchant account")]
    public required string MerchantAccount { get; init; }

    [Secret, Display(Name = "HMAC key of the standard webhook (hexadecimal)")]
    public string? HmacKey { get; init; }

    [Secret, Display(Name = "Second HMAC key, while one replaces the other")]
    public string? OtherHmacKey { get; init; }

    [Secret, Display(Name = "Webhook user, where the webhook has basic authentication")]
    public string? WebhookUser { get; init; }

    [Secret, Display(Name = "Webhook password")]
    public string? WebhookPassword { get; init; }

    [Display(Name = "Client key, for the storefront's card form")]
    public string? ClientKey { get; init; }

    [Display(Name = "Environment; must agree with the client key and the API address")]
    public AdyenEnvironment Environment { get; init; } = AdyenEnvironment.Test;

    [Required, Display(Name = "API address with its version; for live payments the one with your own prefix")]
    public string BaseUrl { get; init; } = "https://checkout-test.adyen.com/v72";

    [Display(Name = "Address of the data protection API with its version, such as https://ca-test.adyen.com/ca/services/DataProtectionService/v1; without it staff erase by hand")]
    public string? DataProtectionUrl { get; init; }

    [Display(Name = "Where shoppers come back to from a confirmation page when the storefront names no address")]
    public string? ReturnUrl { get; init; }

    public IEnumerable<string> HmacKeys => new[] { HmacKey, OtherHmacKey }.OfType<string>().Where(key => key.Length > 0);

    /// <summary>A test account in a live shop gives goods away; a live account in a test shop takes real money. API keys themselves do not say which they are.</summary>
    public void RequireOneEnvironment()
    {
        var live = Environment is AdyenEnvironment.Live;
        if (ClientKey is not null && !ClientKey.StartsWith(live ? "live_" : "test_", StringComparison.Ordinal)) throw Wrong("clientKey is of the other environment");
        if (Uri.TryCreate(BaseUrl, UriKind.Absolute, out var address))
        {
            var host = address.IdnHost;
            if (live && host.EndsWith("-test.adyen.com", StringComparison.OrdinalIgnoreCase)) throw Wrong("baseUrl is the test address and the environment is live");
            if (!live && host.EndsWith(".adyenpayments.com", StringComparison.OrdinalIgnoreCase)) throw Wrong("baseUrl is a live address and the environment is test");
        }

        if (HmacKeys.Any(key => key.Length % 2 != 0 || !key.All(char.IsAsciiHexDigit))) throw Wrong("an HMAC key is not hexadecimal");
        if (WebhookUser is null != WebhookPassword is null) throw Wrong("webhookUser and webhookPassword belong together");
    }

    private static VendorException Wrong(string why) => new(VendorFailure.Misconfigured, $"Settings of Adyen: {why}.");
}

[JsonConverter(typeof(JsonStringEnumConverter<AdyenEnvironment>))]
internal enum AdyenEnvironment
{
    [JsonStringEnumMemberName("test")]
    Test,

    [JsonStringEnumMemberName("live")]
    Live,
}
