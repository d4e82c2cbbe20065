using System.IO.Compression;
using System.Text;
using Fuzz.Tests.Mutations;

namespace Fuzz.Tests.Requests;

/// <summary>Catalogue files in each format, of which a part is spoiled. What is wrong in a file is a rejected row, not a refused request.</summary>
internal static class ImportFiles
{
    private const string OfShopify = "Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Status";
    private const string OfRetail = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

    public static void Put(Draft draft, Random random)
    {
        var text = draft.Query.Find(pair => pair.Name == "format").Value switch
        {
            "shopify-csv" => Csv(OfShopify, random, sku => [sku.ToLowerInvariant(), "A thing", "<p>It is</p>", "Acme", "a, b", "TRUE", "Size", "M", sku, "400", "7", "19.99", "", "https://shop.example/a.jpg", "active"]),
            "online-retail" => Csv(OfRetail, random, sku => ["536365", sku, "A THING", "6", "12/1/2010 8:26", "2.55", "17850", "United Kingdom"]),
            _ => Lines(random),
        };
        draft.Reshape = _ => text;
        draft.ContentType = Pick(random, (string[])["application/x-ndjson", "text/csv", "application/octet-stream"]);
        if (random.Next(6) == 0) draft.Encode = Packed;
    }

    private static string Lines(Random random)
    {
        var lines = Encoding.UTF8.GetString(Stock.Lines(Some(random)));
        if (random.Next(2) == 0) return lines;
        // One value, whatever it is, becomes something else.
        var spot = lines.IndexOf(':', random.Next(lines.Length - 40));
        var end = spot < 0 ? -1 : lines.IndexOfAny([',', '}'], spot);
        return end < 0 ? lines : lines[..(spot + 1)] + (random.Next(2) == 0 ? Pick(random, Nasty.Numbers) : $"\"{Pick(random, Nasty.Strings)}\"") + lines[end..];
    }

    private static string Csv(string header, Random random, Func<string, string[]> row)
    {
        var text = new StringBuilder(header).Append('\n');
        foreach (var sku in Some(random))
        {
            var cells = row(sku);
            if (random.Next(2) == 0) cells[random.Next(cells.Length)] = Pick(random, [.. Nasty.Strings, .. Nasty.Numbers, "\"", "\n", "=1+1", "-", "1,99", "1e400", "99999999999999999999"]);
            text.AppendJoin(',', cells.Select(cell => random.Next(9) == 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Some(Random random) => Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Pick(random, Stock.Spoiled)).Distinct();

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
