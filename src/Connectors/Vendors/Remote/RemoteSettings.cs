using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

internal record RemoteSettings
{
    [Required, Display(Name = "Address of the connector")]
    public required string BaseUrl { get; init; }

    [Secret, Required, MinLength(16), Display(Name = "Shared secret; signs every request and every answer")]
    public required string Secret { get; init; }

    [Secret, MinLength(16), Display(Name = "The secret before, while it is being replaced: answers may still be signed with it")]
    public string? PreviousSecret { get; init; }

    [Display(Name = "Settings of the vendor behind the connector, as the connector's manifest describes them")]
    public JsonObject? VendorSettings { get; init; }

    [Secret, Display(Name = "Key of the vendor behind the connector, where it is not kept there")]
    public string? VendorSecret { get; init; }

    [Display(Name = "Headers of the vendor's notices that the connector needs to see")]
    public IReadOnlyList<string> WebhookHeaders { get; init; } = [];
}

internal sealed record RemotePaymentsSettings : RemoteSettings
{
    [Display(Name = "What the connector can do; must agree with its manifest")]
    public RemotePaymentLimits Limits { get; init; } = new(1, 99_999_999, PartialCapture: true, ["card"]);

    [Display(Name = "What a storefront needs to collect a method, such as a publishable key; never a secret")]
    public IReadOnlyDictionary<string, string> PublicData { get; init; } = new Dictionary<string, string>();
}

internal sealed record RemoteSearchSettings : RemoteSettings
{
    [Display(Name = "What the connector can do; must agree with its manifest")]
    public SearchLimits Limits { get; init; } = new(MaxBatch: 500, MaxDocumentBytes: 100_000, MaxPage: 100, MaxDepth: 1000);
}

internal sealed record RemoteEdgeSettings : RemoteSettings
{
    [Display(Name = "What the connector can do; must agree with its manifest")]
    public RemoteEdgeLimits Limits { get; init; } = new(MaxWrites: 100, MaxValueBytes: 100_000, MaxTags: 30, MaxAddresses: 30, VisibleWithinSeconds: 60);
}
