using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;
using Microsoft.AspNetCore.StaticFiles;

namespace Composable.Connectors.EmbeddedContent;

internal sealed class EmbeddedContentClient(EmbeddedContentSettings settings, ContentFolder folder) : IContent
{
    private const int MostBlocks = 100, MostEntries = 100, ProblemsTold = 5;

    private static readonly FileExtensionContentTypeProvider Types = new();

    public Task<ContentPage?> PageAsync(string route, string locale, bool preview, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var shelf = folder.Shelf();
        return Task.FromResult(Routes.Normal(route) is { } normal && shelf.Page(normal, locale, preview) is { } page ? Page(shelf, page, normal, locale, preview) : null);
    }

    public Task<ContentList> EntriesAsync(ContentQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var shelf = folder.Shelf();
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var start))
            throw new VendorException(VendorFailure.Rejected, "Embedded content: the cursor is none of its own.");
        var limit = Math.Clamp(query.Limit, 1, MostEntries);
        var found = shelf.Entries(query.Type, query.Locale, query.Preview).Skip(start).Take(limit + 1).ToList();
        var items = found.Take(limit).Select(entry => Entry(shelf, entry, query.Locale, query.Preview)).ToList();
        return Task.FromResult(new ContentList(items, found.Count > limit ? (start + limit).ToString(CultureInfo.InvariantCulture) : null));
    }

    public Task<ContentAsset?> AssetAsync(string id, string locale, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var asset = folder.Shelf().Find("assets/" + id, "", preview: false);
        return Task.FromResult(asset is null ? null : new ContentAsset(
            id, UrlOf(asset.Id), Types.TryGetContentType(id, out var type) ? type : "application/octet-stream", Path.GetFileNameWithoutExtension(id), asset.Bytes));
    }

    public Task<ContentChanges> ChangesAsync(string? cursor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(folder.Changes(cursor));
    }

    public Task CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        folder.Shelf();
        var problems = folder.Problems;
        if (problems.Count == 0) return Task.CompletedTask;
        var more = problems.Count > ProblemsTold ? $" and {problems.Count - ProblemsTold} more" : "";
        throw new VendorException(VendorFailure.Misconfigured, $"Embedded content: {string.Join("; ", problems.Take(ProblemsTold))}{more}.");
    }

    private ContentPage Page(ContentShelf shelf, ContentDocument page, string route, string locale, bool preview)
    {
        var links = new EntryLinks(shelf, locale, preview, UrlOf);
        var blocks = new List<ContentBlock>();
        if (page.Members.TryGetProperty("blocks", out var written) && written.ValueKind == JsonValueKind.Array)
        {
            foreach (var block in written.EnumerateArray().Take(MostBlocks))
            {
                if (Block(links, block, blocks.Count + 1) is { } read) blocks.Add(read);
            }
        }

        var (title, description) = (page.Text("title") ?? "", page.Text("description"));
        var version = Hash([page.Id, page.Locale, title, description ?? "", .. blocks.SelectMany(block => (string[])[block.Id, block.Type, block.Data.ToJsonString()])]);
        return new(page.Id, route, page.Locale, title, version, blocks, [page.Id, .. links.Tags]) { Description = description };
    }

    /// <summary>Null for what is no block, and for a link to an entry that is not there.</summary>
    private static ContentBlock? Block(EntryLinks links, JsonElement block, int number)
    {
        if (block.ValueKind != JsonValueKind.Object) return null;
        var id = Text(block, "id") ?? string.Create(CultureInfo.InvariantCulture, $"b{number}");
        if (Text(block, "entry") is { } name) return links.Follow(name) is { } entry ? new(id, entry.Type, links.Entry(entry)) : null;
        if (Text(block, "type") is not { Length: > 0 } type) return null;
        return new(id, type, block.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? links.Members(data) : links.Members(block, "id", "type"));
    }

    private ContentEntry Entry(ContentShelf shelf, ContentDocument entry, string locale, bool preview)
    {
        var data = new EntryLinks(shelf, locale, preview, UrlOf).Entry(entry);
        return new(entry.Name, entry.Type, entry.Locale, Hash([entry.Id, entry.Locale, data.ToJsonString()]), data);
    }

    private string UrlOf(string asset) => $"{settings.AssetsUrl.TrimEnd('/')}/{string.Join('/', asset["assets/".Length..].Split('/').Select(Uri.EscapeDataString))}";

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))).AsSpan(0, 8));
}
