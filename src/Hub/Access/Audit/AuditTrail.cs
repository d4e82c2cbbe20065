using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Access.Audit;

/// <summary>
/// Who changed what, in the commit of the change. Each row is hashed together with the one before it, by the database at the moment it is added:
/// a row that is changed, removed or slipped in later breaks the chain there.
/// </summary>
internal static class AuditTrail
{
    /// <summary>Adds to the trail when the commit takes effect.</summary>
    /// <param name="action">Such as <c>price.changed</c>.</param>
    /// <param name="before">JSON without secrets and without anything personal, as it is never deleted; null when there was nothing.</param>
    public static Commit Audit(this Commit commit, string action, string subject, string? before = null, string? after = null)
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var entry = Write(at, Actor.Current, action, subject, before, after);
        // Last in the commit: the head is what everybody waits for, so it is held as short as can be, and always after everything else.
        return commit
            .AddLast($"UPDATE audit_head SET position = position + 1, hash = {new Sql.Sha256($"hash || {entry}")} WHERE name = 'audit'")
            .AddLast($"""
                INSERT INTO audit (position, at, actor, action, subject, entry, hash)
                SELECT position, {at}, {Actor.Current}, {action}, {subject}, {entry}, hash FROM audit_head WHERE name = 'audit'
                """, reads: "audit_head");
    }

    private static string Write(long at, string actor, string action, string subject, string? before, string? after)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, new() { Encoder = Json.Options.Encoder });
        writer.WriteStartObject();
        writer.WriteNumber("at", at);
        writer.WriteString("actor", actor);
        writer.WriteString("action", action);
        writer.WriteString("subject", subject);
        writer.WritePropertyName("before");
        writer.WriteRawValue(before ?? "null");
        writer.WritePropertyName("after");
        writer.WriteRawValue(after ?? "null");
        writer.WriteString("trace", Activity.Current?.TraceId.ToHexString());
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
