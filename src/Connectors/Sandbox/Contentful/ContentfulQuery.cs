using System.Globalization;
using System.Text.Json;

namespace Composable.Sandbox.Contentful;

/// <summary>The query of a list. What the sandbox does not understand is refused, so that no test passes by being ignored.</summary>
internal sealed class ContentfulQuery
{
    private readonly List<(string Field, string Value)> _filters = [];
    private readonly string? _contentType, _id;
    private readonly string[] _order;

    public ContentfulQuery(IQueryCollection query, IEnumerable<ContentfulResource> all)
    {
        Locale = Checked(query["locale"].ToString());
        (Limit, Skip, Include) = (Number(query, "limit", 100, 1000), Number(query, "skip", 0, int.MaxValue), Number(query, "include", 1, 10));
        _order = query["order"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (name, value) in query)
        {
            if (name.StartsWith("fields.", StringComparison.Ordinal) && !name.Contains('['))
            {
                _filters.Add((name["fields.".Length..], value.ToString()));
            }
            else if (name is not ("content_type" or "locale" or "include" or "limit" or "skip" or "order" or "sys.id"))
            {
                throw ContentfulRefusal.Query($"The parameter {name} is not known to the sandbox.");
            }
        }

        _contentType = query.ContainsKey("content_type") ? query["content_type"].ToString() : null;
        _id = query.ContainsKey("sys.id") ? query["sys.id"].ToString() : null;
        if (_filters.Count > 0 && _contentType is null)
        {
            throw ContentfulRefusal.Query("When querying for entries by fields, a content_type is needed.");
        }

        if (_contentType is not (null or "page") && !all.Any(resource => resource.ContentType == _contentType))
        {
            throw ContentfulRefusal.Query("unknownContentType");
        }
    }

    public string Locale { get; }

    public int Limit { get; }

    public int Skip { get; }

    public int Include { get; }

    public static string Checked(string locale) => locale switch
    {
        "" => ContentfulLocales.Default,
        "*" => locale,
        _ when ContentfulLocales.IsKnown(locale) => locale,
        _ => throw new ContentfulRefusal(400, "BadRequest", $"Unknown locale: {locale}"),
    };

    public List<ContentfulResource> Run(string type, IEnumerable<ContentfulResource> all, bool preview)
    {
        var found = all.Where(resource => resource.Type == type && resource.Seen(preview) is not null && Matches(resource, resource.Seen(preview)!.Value));
        var ordered = found.OrderBy(_ => 0);
        foreach (var by in _order.Length == 0 ? ["-sys.updatedAt"] : _order)
        {
            ordered = by.TrimStart('-') switch
            {
                "sys.createdAt" => by[0] == '-' ? ordered.ThenByDescending(resource => resource.CreatedAt) : ordered.ThenBy(resource => resource.CreatedAt),
                "sys.updatedAt" => by[0] == '-' ? ordered.ThenByDescending(resource => resource.UpdatedAt) : ordered.ThenBy(resource => resource.UpdatedAt),
                "sys.id" => ordered.ThenBy(resource => resource.Id, StringComparer.Ordinal),
                _ => throw ContentfulRefusal.Query($"The path {by} is not recognized."),
            };
        }

        return [.. ordered];
    }

    /// <summary>Filters look at the values of the locale itself; those it falls back to do not count.</summary>
    private bool Matches(ContentfulResource resource, JsonElement fields) =>
        (_contentType is null || resource.ContentType == _contentType) && (_id is null || resource.Id == _id)
        && _filters.TrueForAll(filter => fields.TryGetProperty(filter.Field, out var byLocale)
            && byLocale.TryGetProperty(Locale == "*" ? ContentfulLocales.Default : Locale, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() == filter.Value);

    private static int Number(IQueryCollection query, string name, int otherwise, int most) =>
        !query.ContainsKey(name) ? otherwise
        : int.TryParse(query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most ? value
        : throw ContentfulRefusal.Query($"The value of {name} must be from 0 to {most}.");
}
