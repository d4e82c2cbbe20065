namespace Composable.Sandbox;

/// <summary>Where the simulated vendors keep their books, listen, and send notices.</summary>
public sealed record SandboxOptions
{
    public const string DefaultAdyenHmacKey = "AD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1EAD1E";

    /// <summary>Folder of the journals; created when missing. One process at a time may use it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Port on the loopback addresses. 0 takes a free port, on IPv4 only. Default: 5090.</summary>
    public int Port { get; init; } = 5090;

    /// <summary>Where Stripe notices go, such as <c>http://localhost:5080/webhooks/stripe</c>. Null: only to endpoints registered through the API.</summary>
    public string? StripeWebhookUrl { get; init; }

    /// <summary>Signs the notices sent to <see cref="StripeWebhookUrl"/>. Default: <c>whsec_sandbox</c>.</summary>
    public string StripeWebhookSecret { get; init; } = "whsec_sandbox";

    /// <summary>Where Adyen notices go, such as <c>http://localhost:5080/webhooks/adyen</c>. Null: nowhere.</summary>
    public string? AdyenWebhookUrl { get; init; }

    /// <summary>Signs Adyen notices; hexadecimal. Default: <see cref="DefaultAdyenHmacKey"/>.</summary>
    public string AdyenHmacKey { get; init; } = DefaultAdyenHmacKey;

    /// <summary>The only merchant account there is. Default: <c>ComposableTest</c>.</summary>
    public string AdyenMerchantAccount { get; init; } = "ComposableTest";

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
