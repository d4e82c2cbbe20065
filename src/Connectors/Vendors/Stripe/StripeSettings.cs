using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

internal sealed record StripeSettings
{
    [Secret, Required, Display(Name = "Secret key (sk_… or rk_…)")]
    public required string ApiKey { get; init; }

    [Display(Name = "Publishable key (pk_…), for the storefront's card form")]
    public string? PublishableKey { get; init; }

    [Secret, Display(Name = "Webhook signing secret (whsec_…); two with a comma between them while one replaces the other")]
    public string? WebhookSecret { get; init; }

    [Display(Name = "Environment; must agree with the keys")]
    public StripeEnvironment Environment { get; init; } = StripeEnvironment.Test;

    [Required, Display(Name = "API address")]
    public string BaseUrl { get; init; } = "https://api.stripe.com";

    /// <summary>A test key in a live shop gives goods away; a live key in a test shop takes real money.</summary>
    public void RequireKeyOfEnvironment()
    {
        var mode = Environment is StripeEnvironment.Live ? "live" : "test";
        if (!ApiKey.StartsWith($"sk_{mode}_", StringComparison.Ordinal) && !ApiKey.StartsWith($"rk_{mode}_", StringComparison.Ordinal))
            throw new VendorException(VendorFailure.Misconfigured, $"Settings of Stripe: apiKey is not a secret key of the environment '{mode}'.");
        if (PublishableKey is not null && !PublishableKey.StartsWith($"pk_{mode}_", StringComparison.Ordinal))
            throw new VendorException(VendorFailure.Misconfigured, $"Settings of Stripe: publishableKey is not a publishable key of the environment '{mode}'.");
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<StripeEnvironment>))]
internal enum StripeEnvironment
{
    [JsonStringEnumMemberName("test")]
    Test,

    [JsonStringEnumMemberName("live")]
    Live,
}
