using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Cloudflare;

internal sealed record CloudflareSettings
{
    /// <summary>Ids and names become parts of paths, so they are letters, digits and hyphens only.</summary>
    private const string Id = "^[0-9A-Za-z_-]{1,64}$";

    [Secret, Required, Display(Name = "API token: Workers Scripts edit, Workers KV Storage edit, Cache Purge")]
    public required string ApiToken { get; init; }

    [Required, RegularExpression(Id), Display(Name = "Account ID")]
    public required string AccountId { get; init; }

    [Required, RegularExpression(Id), Display(Name = "Zone ID of the shop's domain")]
    public required string ZoneId { get; init; }

    [Required, RegularExpression(Id), Display(Name = "ID of the KV namespace")]
    public required string NamespaceId { get; init; }

    [RegularExpression(Id), Display(Name = "Name of the Worker; empty for the function's own name")]
    public string? ScriptName { get; init; }

    [Required, Display(Name = "API address")]
    public string BaseUrl { get; init; } = "https://api.cloudflare.com/client/v4";
}
