using System.Text.Json;
using Composable.Sandbox.Journals;

namespace Composable.Sandbox.Contentful;

/// <summary>The space's entries and assets, backed by their journal. Callers hold <see cref="Gate"/>.</summary>
internal sealed class ContentfulBooks : IDisposable
{
    private readonly Journal<ContentfulResource> _journal;
    private readonly Dictionary<string, ContentfulResource> _byId = [];
    private readonly TimeProvider _clock;

    public ContentfulBooks(string dataDirectory, TimeProvider clock)
    {
        _clock = clock;
        _journal = Journal<ContentfulResource>.Open(Path.Combine(dataDirectory, "contentful.jsonl"), ContentfulJournal.Default.ContentfulResource, Apply, () => _byId.Values);
    }

    public Lock Gate { get; } = new();

    /// <summary>Counts every change of what shoppers see.</summary>
    public long Sequence { get; private set; }

    /// <summary>With those that were deleted.</summary>
    public IEnumerable<ContentfulResource> All => _byId.Values;

    public ContentfulResource? Find(string type, string id) => _byId.TryGetValue(id, out var resource) && resource.Type == type ? resource : null;

    /// <summary>Stores new values; with <paramref name="publish"/> shoppers see them at once.</summary>
    public ContentfulResource Put(string type, string id, string? contentType, JsonElement fields, bool publish)
    {
        var before = Find(type, id);
        var resource = new ContentfulResource(
            type, id, contentType ?? before?.ContentType, fields, before?.Published, before?.Revision ?? 0, before?.Sequence ?? 0, before?.CreatedAt ?? _clock.GetUtcNow(), _clock.GetUtcNow());
        return Commit(publish ? Published(resource) : resource);
    }

    public ContentfulResource Publish(ContentfulResource resource) => Commit(Published(resource));

    public ContentfulResource Unpublish(ContentfulResource resource) => Commit(Hidden(resource));

    public ContentfulResource Delete(ContentfulResource resource) => Commit(Hidden(resource) with { Fields = null });

    public void Dispose() => _journal.Dispose();

    private ContentfulResource Published(ContentfulResource resource) =>
        resource with { Published = resource.Fields, Revision = resource.Revision + 1, Sequence = Sequence + 1, UpdatedAt = _clock.GetUtcNow() };

    /// <summary>What was never published changes nothing for shoppers.</summary>
    private ContentfulResource Hidden(ContentfulResource resource) =>
        resource.Sequence == 0 ? resource : resource with { Published = null, Revision = resource.Revision + 1, Sequence = Sequence + 1, UpdatedAt = _clock.GetUtcNow() };

    private ContentfulResource Commit(ContentfulResource resource)
    {
        _journal.Append(resource);
        Apply(resource);
        return resource;
    }

    private void Apply(ContentfulResource resource)
    {
        _byId[resource.Id] = resource;
        Sequence = Math.Max(Sequence, resource.Sequence);
    }
}
