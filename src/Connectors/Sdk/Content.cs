using System.Text.Json.Nodes;

namespace Composable.Connectors.Sdk;

/// <summary>Pages and entries that editors write.</summary>
public interface IContent : IPort
{
    /// <summary>The page at a route, such as <c>/</c> or <c>/summer/sale</c>, in the locale or its fallback. Null when there is none.</summary>
    /// <param name="preview">Drafts too. Never cached, and never shown to shoppers.</param>
    Task<ContentPage?> PageAsync(string route, string locale, bool preview, CancellationToken cancellationToken);

    /// <summary>Entries of a type, the latest first.</summary>
    Task<ContentList> EntriesAsync(ContentQuery query, CancellationToken cancellationToken);

    /// <summary>A picture or file. Null when there is none.</summary>
    Task<ContentAsset?> AssetAsync(string id, string locale, CancellationToken cancellationToken);

    /// <summary>What changed since a cursor of an earlier answer; with null only the cursor of this moment.</summary>
    Task<ContentChanges> ChangesAsync(string? cursor, CancellationToken cancellationToken);
}

/// <param name="Locale">The one that was found, which may be a fallback.</param>
/// <param name="Version">Changes with the content.</param>
/// <param name="Tags">Ids of everything on the page; a change of one of them makes the page stale.</param>
public sealed record ContentPage(string Id, string Route, string Locale, string Title, string Version, IReadOnlyList<ContentBlock> Blocks, IReadOnlyList<string> Tags)
{
    public string? Description { get; init; }
}

/// <param name="Type">Such as <c>text</c>, <c>hero</c>, <c>image</c>, <c>products</c>, <c>category</c> or <c>search</c>; the hub fills in goods, prices and stock for the last three.</param>
/// <param name="Data">As the editor wrote it. <c>products</c>: <c>{skus: []}</c> or <c>{products: []}</c>; <c>category</c>: <c>{category, limit}</c>; <c>search</c>: <c>{query, limit}</c>; <c>text</c>: <c>{markdown}</c>; <c>image</c>: <c>{url, alt}</c>.</param>
public sealed record ContentBlock(string Id, string Type, JsonObject Data);

public sealed record ContentQuery(string Type, string Locale, int Limit, string? Cursor, bool Preview);

public sealed record ContentList(IReadOnlyList<ContentEntry> Items, string? NextCursor);

public sealed record ContentEntry(string Id, string Type, string Locale, string Version, JsonObject Data);

/// <param name="Url">Absolute, or relative to the hub for content that the hub keeps itself.</param>
public sealed record ContentAsset(string Id, string Url, string ContentType, string Title, long? Bytes);

/// <param name="Tags">Ids of what changed or went away. Empty with <paramref name="Everything"/>.</param>
/// <param name="Everything">The feed cannot tell; whatever is kept may be stale.</param>
public sealed record ContentChanges(IReadOnlyList<string> Tags, bool Everything, string Cursor);
