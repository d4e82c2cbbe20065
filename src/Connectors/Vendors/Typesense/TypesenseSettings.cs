using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

internal sealed record TypesenseSettings
{
    [Secret, Required, Display(Name = "API key that may manage collections, aliases and documents")]
    public required string ApiKey { get; init; }

    [Required, Display(Name = "Server address, such as https://xyz.a1.typesense.net")]
    public required string BaseUrl { get; init; }

    [Display(Name = "Beginning of the names of the analytics rules for view, click, add and purchase; empty when there are none"), RegularExpression("[A-Za-z0-9_-]{1,80}")]
    public string? AnalyticsRules { get; init; }
}
