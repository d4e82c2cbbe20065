using System.Security.Cryptography;
using System.Text;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Catalog;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Edge;

/// <summary>A product as all markets see it.</summary>
internal sealed record EdgeProduct(string Id, IReadOnlyList<(Market Market, ProductView View, string Json)> Views)
{
    private ProductView Any => Views[0].View;

    /// <summary>The tags of its categories.</summary>
    public IReadOnlyList<string> Categories => [.. CacheTags.Of(Any).Skip(1)];

    public IEnumerable<string> Skus => Any.Variants.Select(variant => variant.Sku);

    /// <summary>
    /// The same for views that differ only in how many there are above zero: kept answers may be behind in that, and need not be dropped for each
    /// piece that is sold.
    /// </summary>
    public string Seen { get; } = Fingerprint(Views.Select(view => Json.Write(view.View with
    {
        Variants = [.. view.View.Variants.Select(variant => variant with { Available = variant.Available is > 0 ? 1 : variant.Available })],
    })));

    public string Written { get; } = Fingerprint(Views.Select(view => view.Json));

    public IReadOnlyList<string> Keys => [.. Views.SelectMany(view => (string[])[Key(view.Market, Id), Key(view.Market, Any.Slug)])];

    /// <summary>Under its id and its slug, byte for byte what the storefront API answers.</summary>
    public IEnumerable<EdgeEntry> Entries(TimeSpan lives, int maxBytes) => Views.SelectMany(view =>
    {
        var value = Encoding.UTF8.GetBytes(view.Json);
        // One that is too large is not there; readers are answered by the hub.
        ReadOnlyMemory<byte>? fitting = value.Length <= maxBytes ? value : null;
        return (EdgeEntry[])[new(Key(view.Market, Id), fitting, lives), new(Key(view.Market, Any.Slug), fitting, lives)];
    });

    private static string Key(Market market, string idOrSlug) => $"product:{market.Code}:{idOrSlug}";

    private static string Fingerprint(IEnumerable<string> texts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))))[..32];
}
