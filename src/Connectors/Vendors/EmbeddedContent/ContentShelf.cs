using System.Collections.Frozen;

namespace Composable.Connectors.EmbeddedContent;

/// <summary>Everything the folder held at one moment; never changes.</summary>
internal sealed class ContentShelf
{
    private readonly string _defaultLocale;
    private readonly FrozenDictionary<string, ContentDocument[]> _byId;
    private readonly FrozenDictionary<string, string> _published, _all;
    private readonly FrozenDictionary<string, string[]> _entries;

    public ContentShelf(IEnumerable<ContentDocument> documents, string defaultLocale)
    {
        _defaultLocale = defaultLocale;
        _byId = documents.GroupBy(document => document.Id).ToFrozenDictionary(group => group.Key, group => group.DistinctBy(document => document.Locale).ToArray());
        var pages = _byId.Values.SelectMany(versions => versions).Where(document => document.Kind is DocumentKind.Page).OrderBy(page => page.Id, StringComparer.Ordinal).ToList();
        _published = RoutesOf(pages.Where(page => !page.Draft));
        // A draft does not take the route of a page that shoppers see.
        _all = RoutesOf(pages.OrderBy(page => page.Draft));
        _entries = _byId.Where(group => group.Value[0].Kind is DocumentKind.Entry).GroupBy(group => group.Value[0].Type, group => group.Key).ToFrozenDictionary(group => group.Key, group => group.ToArray());
        Problems = [.. pages.Where(page => !page.Draft && _published[page.Route] != page.Id).Select(page => $"{page.Id}: the route {page.Route} is taken by {_published[page.Route]}")];
    }

    public IReadOnlyList<string> Problems { get; }

    public ContentDocument? Page(string route, string locale, bool preview) => (preview ? _all : _published).TryGetValue(route, out var id) ? Find(id, locale, preview) : null;

    /// <summary>The version in the locale, its language, the default locale or that one's language.</summary>
    public ContentDocument? Find(string id, string locale, bool preview)
    {
        if (!_byId.TryGetValue(id, out var versions)) return null;
        foreach (var wanted in (ReadOnlySpan<string>)[locale.ToLowerInvariant(), Language(locale), _defaultLocale, Language(_defaultLocale), ""])
        {
            if (Array.Find(versions, version => version.Locale == wanted && (preview || !version.Draft)) is { } found) return found;
        }

        return null;
    }

    /// <summary>The latest first.</summary>
    public IEnumerable<ContentDocument> Entries(string type, string locale, bool preview) => _entries.GetValueOrDefault(type, [])
        .Select(id => Find(id, locale, preview)).OfType<ContentDocument>().OrderByDescending(entry => entry.Date).ThenBy(entry => entry.Id, StringComparer.Ordinal);

    private static FrozenDictionary<string, string> RoutesOf(IEnumerable<ContentDocument> pages) =>
        pages.DistinctBy(page => page.Route).ToFrozenDictionary(page => page.Route, page => page.Id);

    private static string Language(string locale) => locale.Split('-')[0].ToLowerInvariant();
}
