using System.Runtime.CompilerServices;
using System.Text;
using Composable.Contracts;
using Composable.Hub.Catalog.Import;

namespace Hub.Tests.Catalog.Import;

internal static class Reading
{
    public static async Task<List<ImportRow>> AllAsync(IProductReader reader, Stream stream)
    {
        var rows = new List<ImportRow>();
        await foreach (var row in reader.ReadAsync(stream, CancellationToken.None)) rows.Add(row);
        return rows;
    }

    public static Task<List<ImportRow>> AllAsync(IProductReader reader, string text) => AllAsync(reader, new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public static List<ProductInput> Products(this IEnumerable<ImportRow> rows) => [.. rows.OfType<ImportRow.Accepted>().Select(row => row.Product)];

    public static List<ImportRow.Rejected> Rejections(this IEnumerable<ImportRow> rows) => [.. rows.OfType<ImportRow.Rejected>()];

    /// <summary>A shared data file, or null where the data sets are not at hand.</summary>
    public static Stream? SharedData(string path, [CallerFilePath] string here = "")
    {
        var root = Environment.GetEnvironmentVariable("COMPOSABLE_DATA") ?? FindAbove(Path.GetDirectoryName(here)!) ?? FindAbove(AppContext.BaseDirectory);
        return root is not null && File.Exists(Path.Combine(root, path)) ? File.OpenRead(Path.Combine(root, path)) : null;
    }

    private static string? FindAbove(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", "data")))
                return Path.Combine(folder.FullName, "shared", "data");
        return null;
    }
}
