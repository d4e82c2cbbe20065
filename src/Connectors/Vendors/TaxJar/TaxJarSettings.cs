using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxJar;

internal sealed record TaxJarSettings
{
    [Secret, Required, Display(Name = "API token")]
    public required string ApiKey { get; init; }

    [Display(Name = "Address goods are sent from")]
    public required TaxJarOrigin FromAddress { get; init; }

    [Required, Display(Name = "API address; https://api.sandbox.taxjar.com for trying out")]
    public string BaseUrl { get; init; } = "https://api.taxjar.com";
}

internal sealed record TaxJarOrigin
{
    [Display(Name = "Country (two letters)")]
    public required string Country { get; init; }

    [Display(Name = "State")]
    public string? Region { get; init; }

    [Display(Name = "Postal code")]
    public required string PostalCode { get; init; }

    [Display(Name = "City")]
    public string? City { get; init; }

    [Display(Name = "Street")]
    public string? Line1 { get; init; }
}
