using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Composable.Bench;

/// <summary>What the hub sells to the US market, read once before a run, with every request body that can be written beforehand.</summary>
internal sealed class Shop
{
    private static readonly string[] Addresses =
    [
        """{"name":"Ada Byron","line1":"1 Main St","city":"Austin","region":"TX","postalCode":"78701","country":"US"}""",
        """{"name":"Grace Murray","line1":"22 Elm Ave","city":"Seattle","region":"WA","postalCode":"98101","country":"US"}""",
        """{"name":"Alan Mathison","line1":"305 Lake Shore Dr","city":"Chicago","region":"IL","postalCode":"60611","country":"US"}""",
        """{"name":"Mary Fairfax","line1":"47 Beacon St","city":"Boston","region":"MA","postalCode":"02108","country":"US"}""",
        """{"name":"Edsger Wybe","line1":"890 Market St","city":"San Francisco","region":"CA","postalCode":"94102","country":"US"}""",
    ];

    private Shop(List<string> skus, List<string> slugs)
    {
        Skus = skus;
        Slugs = slugs;
        Carts = Enumerable.Range(0, skus.Count).Select(ThreeLines).ToArray();
        AddOne = skus.ConvertAll(sku => Bytes($$$"""{"operations":[{"addLine":{"sku":{{{Quoted(sku)}}},"quantity":1}}]}"""));
    }

    public IReadOnlyList<string> Skus { get; }
    public IReadOnlyList<string> Slugs { get; }

    /// <summary>Bodies that open a cart of three lines.</summary>
    public byte[][] Carts { get; }

    /// <summary>Bodies that add one more line.</summary>
    public IReadOnlyList<byte[]> AddOne { get; }

    /// <summary>Bodies that give a checkout an e-mail address and a place in the United States.</summary>
    public byte[][] Places { get; } =
        [.. Addresses.Select(address => Bytes($$"""{"email":"a@example.com","shippingAddress":{{address}},"billingAddress":null}"""))];

    /// <summary>Reads up to 100 products that are in stock and priced in US dollars.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than four such variants.</exception>
    public static async Task<Shop> ReadAsync(HubClient hub, string secretKey, CancellationToken cancellationToken)
    {
        var body = await hub.AdministerAsync(HttpMethod.Get, "/v1/products?limit=100&market=US", null, secretKey, cancellationToken).ConfigureAwait(false);
        using var page = JsonDocument.Parse(body);
        var skus = new List<string>();
        var slugs = new List<string>();
        foreach (var product in page.RootElement.GetProperty("items").EnumerateArray())
        {
            slugs.Add(Uri.EscapeDataString(product.GetProperty("slug").GetString()!));
            skus.AddRange(product.GetProperty("variants").EnumerateArray().Where(InStockForDollars).Select(variant => variant.GetProperty("sku").GetString()!));
        }

        return skus.Count >= 4 ? new Shop(skus, slugs) : throw new InvalidOperationException($"The benchmark needs 4 variants in stock with a USD price; the hub offers {skus.Count}.");
    }

    /// <summary>A cart of one line.</summary>
    public static byte[] OneLine(string sku, int quantity) =>
        Bytes(string.Create(CultureInfo.InvariantCulture, $$"""{"market":"US","lines":[{"sku":{{Quoted(sku)}},"quantity":{{quantity}}}]}"""));

    public static Task SetStockAsync(HubClient hub, string sku, long onHand, string secretKey, CancellationToken cancellationToken) =>
        hub.AdministerAsync(HttpMethod.Post, "/admin/stock",
            Bytes(string.Create(CultureInfo.InvariantCulture, $$"""{"sku":{{Quoted(sku)}},"onHand":{{onHand}}}""")), secretKey, cancellationToken);

    /// <summary>What a product's answer says is available of one of its variants; null when the variant is not there or not counted.</summary>
    public static long? Available(byte[] product, string sku)
    {
        using var document = JsonDocument.Parse(product);
        foreach (var variant in document.RootElement.GetProperty("variants").EnumerateArray())
        {
            if (variant.GetProperty("sku").ValueEquals(sku) && variant.TryGetProperty("available", out var available) && available.ValueKind == JsonValueKind.Number)
            {
                return available.GetInt64();
            }
        }

        return null;
    }

    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    private static bool InStockForDollars(JsonElement variant) =>
        variant.GetProperty("price") is { ValueKind: JsonValueKind.Object } price
        && price.GetProperty("currency").GetString() == "USD"
        && (!variant.TryGetProperty("available", out var available) || available.ValueKind == JsonValueKind.Null || available.GetInt64() > 0);

    private byte[] ThreeLines(int first)
    {
        var lines = Enumerable.Range(0, 3).Select(i => $$"""{"sku":{{Quoted(Skus[(first + i) % Skus.Count])}},"quantity":1}""");
        return Bytes($$"""{"market":"US","lines":[{{string.Join(',', lines)}}]}""");
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
