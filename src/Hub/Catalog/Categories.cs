using System.Text.RegularExpressions;
using Composable.Contracts;

namespace Composable.Hub.Catalog;

/// <summary>Category paths such as <c>Outdoor &gt; Tents</c>.</summary>
internal static partial class Categories
{
    private const int MaxDepth = 6;

    /// <summary>The categories of a path, top first; the slug of each contains its parents'.</summary>
    public static IReadOnlyList<CategoryRef> Of(string path)
    {
        var titles = path.Split('>', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(MaxDepth).ToList();
        return [.. titles.Select((title, depth) => new CategoryRef(string.Join("/", titles.Take(depth + 1).Select(Slug)), title))];
    }

    private static string Slug(string title) => NotWord().Replace(title.ToLowerInvariant(), "-").Trim('-') is { Length: > 0 } slug ? slug : "other";

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotWord();
}
