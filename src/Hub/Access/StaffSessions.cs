using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access;

internal sealed class StaffSessionOptions
{
    /// <summary>A session that is not used for so long ends. Default: 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromHours(1);

    /// <summary>And after so long it ends in any case. Default: 12 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Life { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Default: 10.</summary>
    [Range(1, 100)]
    public int Most { get; set; } = 10;
}

/// <summary>Somebody of the shop who is signed in.</summary>
internal sealed record SignedInStaff(string SessionId, string StaffId);

/// <summary>Sessions of staff. What they may do is read from their roles at each request, so that a role that is taken away is gone at once.</summary>
internal sealed class StaffSessions(Database database, IOptions<StaffSessionOptions> options) : IBearer
{
    public const string Prefix = "ss_";

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string StaffId { get; set; } = "";
        public string Roles { get; set; } = "[]";
        public long Seen { get; set; }
    }

    public sealed record Begun(string Id, string Token, TimeSpan Life);

    string IBearer.Prefix => Prefix;

    public async Task<Caller?> FindAsync(string token, Caller caller, CancellationToken cancellationToken)
    {
        var row = await database.FirstAsync<Row>($"""
            SELECT s.id, s.staff_id AS StaffId, m.roles, {Sql.Now} - s.seen_at AS Seen FROM staff_sessions s JOIN staff m ON m.id = s.staff_id
            WHERE s.token_hash = {SecretToken.HashOf(token)} AND m.enabled = 1 AND s.idle_until > {Sql.Now} AND s.expires_at > {Sql.Now}
            """, cancellationToken);
        if (row is null) return null;
        var idle = (long)options.Value.Idle.TotalMilliseconds;
        if (row.Seen > idle / 100) await database.CommitAsync(new Commit().Add($"UPDATE staff_sessions SET seen_at = {Sql.Now}, idle_until = {Sql.Now} + {idle} WHERE id = {row.Id}"), cancellationToken);
        return caller with { Kind = CallerKind.Staff, Id = "staff:" + row.StaffId, Rights = await RightsAsync(row.Roles, cancellationToken), Staff = new(row.Id, row.StaffId) };
    }

    public async Task<Rights> RightsAsync(string roles, CancellationToken cancellationToken)
    {
        var ids = JsonSerializer.Deserialize<string[]>(roles, Json.Options)!;
        if (ids.Length == 0) return Rights.None;
        var grants = await database.QueryAsync<string>($"SELECT grants FROM roles WHERE id {Sql.In(ids)}", cancellationToken);
        return new([.. grants.SelectMany(list => JsonSerializer.Deserialize<Grant[]>(list, Json.Options)!)]);
    }

    public Begun Begin(Commit commit, string staffId, string? device)
    {
        var (id, token) = ("sts_" + Guid.NewGuid().ToString("N"), SecretToken.New(Prefix));
        commit.Add($"""
            DELETE FROM staff_sessions WHERE staff_id = {staffId} AND (expires_at <= {Sql.Now} OR idle_until <= {Sql.Now} OR id NOT IN
                (SELECT id FROM staff_sessions WHERE staff_id = {staffId} ORDER BY created_at DESC, id DESC LIMIT {options.Value.Most - 1}))
            """);
        commit.Add($"""
            INSERT INTO staff_sessions (id, token_hash, staff_id, device, created_at, seen_at, idle_until, expires_at)
            VALUES ({id}, {SecretToken.HashOf(token)}, {staffId}, {Sessions.Named(device)}, {Sql.Now}, {Sql.Now}, {Sql.Now} + {(long)options.Value.Idle.TotalMilliseconds}, {Sql.Now} + {(long)options.Value.Life.TotalMilliseconds})
            """);
        return new(id, token, options.Value.Life);
    }

    public static void End(Commit commit, string sessionId) => commit.Add($"DELETE FROM staff_sessions WHERE id = {sessionId}");

    public static void EndAll(Commit commit, string staffId) => commit.Add($"DELETE FROM staff_sessions WHERE staff_id = {staffId}");
}
