using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Makes an event of a notice that content changed: every hub reads it, whichever of them took the notice in.</summary>
internal sealed class ContentNotices(Database database)
{
    public async Task<SettledNotice> RecordAsync(StoredNotice stored, VendorNotice.ContentChanged notice, CancellationToken cancellationToken)
    {
        var data = JsonSerializer.Serialize(new { stored.Connection, notice.Tags }, Json.Options);
        await database.CommitAsync(new Commit().AppendNext($"content:{stored.Connection}", "content.changed", data), cancellationToken);
        return new(stored, "applied", null);
    }
}
