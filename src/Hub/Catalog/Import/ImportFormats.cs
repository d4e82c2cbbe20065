namespace Composable.Hub.Catalog.Import;

/// <param name="Reader">Makes a reader for a file whose prices, where the file does not say, are in the given currency.</param>
internal sealed record ImportFormat(string Name, Func<string, IProductReader> Reader);

internal static class ImportFormats
{
    private static readonly ImportFormat Shopify = new("shopify-csv", currency => new ShopifyCsv(currency));
    private static readonly ImportFormat JsonLines = new("jsonl", _ => new ProductJsonLines());
    private static readonly ImportFormat Orders = new("online-retail", _ => new OnlineRetail());

    public static IReadOnlyList<ImportFormat> All { get; } = [Shopify, JsonLines, Orders];

    /// <summary>Null when there is no such format.</summary>
    public static ImportFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>What a file looks like, from how it begins and, failing that, from its name; null when it looks like nothing known.</summary>
    public static async Task<ImportFormat?> DetectAsync(Stream stream, string fileName, CancellationToken cancellationToken = default)
    {
        using var text = await ImportText.OpenAsync(stream, cancellationToken);
        var start = new char[4096];
        var length = await text.ReadBlockAsync(start, cancellationToken);
        var header = new string(start, 0, length).TrimStart().Split('\n')[0];
        return header.StartsWith('{') ? JsonLines
            : Has(header, "InvoiceNo") && Has(header, "StockCode") ? Orders
            : Has(header, "Handle") && Has(header, "Title") ? Shopify
            : FromName(fileName);
    }

    private static ImportFormat? FromName(string fileName)
    {
        var name = fileName.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? fileName[..^3] : fileName;
        return Path.GetExtension(name).ToLowerInvariant() is ".jsonl" or ".ndjson" ? JsonLines : null;
    }

    private static bool Has(string header, string column) => header.Contains(column, StringComparison.OrdinalIgnoreCase);
}
