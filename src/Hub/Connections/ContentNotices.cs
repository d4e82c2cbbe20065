using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Makes an event of content that changed: every hub reads it, whichever of them heard of it, and so does the edge.</summary>
internal sealed class ContentNotices(Database database)
{
    public async Task<SettledNotice> RecordAsync(StoredNotice stored, VendorNotice.ContentChanged notice, CancellationToken cancellationToken)
    {
        await PublishAsync(stored.Connection, notice.Tags, cancellationToken);
        return new(stored, "applied", null);
    }

    /// <param name="tags">None: nobody can tell what changed, so it may be anything.</param>
    public Task PublishAsync(string connection, IReadOnlyList<string> tags, CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().AppendNext($"content:{connection}", "content.changed", JsonSerializer.Serialize(new { connection, tags }, Json.Options)), cancellationToken);
}
