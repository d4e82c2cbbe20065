using Composable.Connectors.Sdk;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Microsoft.Extensions.Primitives;

namespace Composable.Hub.Search;

/// <summary>A search as it was asked for, every part of it checked.</summary>
/// <param name="Asked">The filters as they were sent.</param>
internal sealed record SearchRequest(string Text, IReadOnlyList<SearchFilter> Filters, IReadOnlyList<string> Asked, SearchSort? Sort, string? SortAsked, string Mode)
{
    private const int MaxText = 500;

    /// <exception cref="RefusedException">Something in the query is not as described; the answer names the parameter.</exception>
    public static SearchRequest Read(IQueryCollection query, Market market)
    {
        var text = query["q"].ToString();
        var mode = Or(query["mode"], "auto");
        if (mode is not ("auto" or "lexical" or "semantic")) throw new RefusedException(Refusal.Invalid("mode", "unknown_mode", "mode is auto, lexical or semantic."));
        string[] asked = [.. query["filter"].OfType<string>().Where(filter => filter.Length > 0)];
        var sort = Or(query["sort"], "");
        return new(text.Length > MaxText ? text[..MaxText] : text, FilterGrammar.Read(asked, market), asked, SortOf(sort, market), sort.Length == 0 ? null : sort, mode);
    }

    private static SearchSort? SortOf(string sort, Market market) => sort switch
    {
        "" => null,
        "price" => new(ProductDocuments.PriceIn(market), Descending: false),
        "-price" => new(ProductDocuments.PriceIn(market), Descending: true),
        "newest" => new(ProductDocuments.CreatedAt, Descending: true),
        "title" => new(ProductDocuments.TitleSort, Descending: false),
        _ => throw new RefusedException(Refusal.Invalid("sort", "unknown_sort", "sort is price, -price, newest or title; without it the best match comes first.")),
    };

    private static string Or(StringValues values, string otherwise) => values.ToString() is { Length: > 0 } value ? value : otherwise;
}
