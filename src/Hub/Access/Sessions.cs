using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access;

internal sealed class SessionOptions
{
    /// <summary>A session that is not used for so long ends. Default: 14 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromDays(14);

    /// <summary>And after so long it ends in any case. Default: 90 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan Life { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Devices that a customer may be signed in on; the oldest gives way. Default: 20.</summary>
    [Range(1, 100)]
    public int Most { get; set; } = 20;
}

/// <summary>A customer who is signed in.</summary>
internal sealed record SignedIn(string SessionId, string CustomerId, string Email);

/// <summary>Sessions of customers. The token says nothing by itself: what counts is the row, and whoever deletes the row ends the session, at once and on every hub.</summary>
internal sealed class Sessions(Database database, IOptions<SessionOptions> options) : IBearer
{
    public const string Prefix = "cs_", Ended = "session_ended";

    private const int MaxDevice = 120;

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string CustomerId { get; set; } = "";
        public string Email { get; set; } = "";
        public long Seen { get; set; }
    }

    public sealed record Begun(string Id, string Token, TimeSpan Life);

    string IBearer.Prefix => Prefix;

    /// <summary>Who holds the token, when its session is alive.</summary>
    public async Task<Caller?> FindAsync(string token, Caller caller, CancellationToken cancellationToken)
    {
        var row = await database.FirstAsync<Row>($"""
            SELECT s.id, s.customer_id AS CustomerId, c.email, {Sql.Now} - s.seen_at AS Seen FROM customer_sessions s JOIN customers c ON c.id = s.customer_id
            WHERE s.token_hash = {SecretToken.HashOf(token)} AND s.idle_until > {Sql.Now} AND s.expires_at > {Sql.Now}
            """, cancellationToken);
        if (row is null) return null;
        // Written now and then is enough to know which sessions are in use.
        if (row.Seen > options.Value.Idle.TotalMilliseconds / 100)
            await database.CommitAsync(new Commit().Add($"UPDATE customer_sessions SET seen_at = {Sql.Now}, idle_until = {Sql.Now} + {Milliseconds(options.Value.Idle)} WHERE id = {row.Id}"), cancellationToken);
        return caller with { Kind = CallerKind.Customer, Id = "customer:" + row.CustomerId, Customer = new(row.Id, row.CustomerId, row.Email) };
    }

    /// <summary>A new session, and room for it. It always has a token of its own, so that one that somebody planted is worth nothing.</summary>
    public Begun Begin(Commit commit, string customerId, string? device)
    {
        var (id, token) = ("ses_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)), SecretToken.New(Prefix));
        commit.Add($"""
            DELETE FROM customer_sessions WHERE customer_id = {customerId} AND (expires_at <= {Sql.Now} OR idle_until <= {Sql.Now} OR id NOT IN
                (SELECT id FROM customer_sessions WHERE customer_id = {customerId} ORDER BY created_at DESC, id DESC LIMIT {options.Value.Most - 1}))
            """);
        commit.Add($"""
            INSERT INTO customer_sessions (id, token_hash, customer_id, device, created_at, seen_at, idle_until, expires_at)
            VALUES ({id}, {SecretToken.HashOf(token)}, {customerId}, {Named(device)}, {Sql.Now}, {Sql.Now}, {Sql.Now} + {Milliseconds(options.Value.Idle)}, {Sql.Now} + {Milliseconds(options.Value.Life)})
            """);
        return new(id, token, options.Value.Life);
    }

    /// <summary>The session is still there when the commit takes effect: what opens an account is not done by one that has ended meanwhile.</summary>
    public static void RequireAlive(Commit commit, SignedIn session) =>
        commit.Require($"SELECT 1 FROM customer_sessions WHERE id = {session.SessionId} AND customer_id = {session.CustomerId}", 1, Ended);

    public static void End(Commit commit, string customerId, string id) => commit.Add($"DELETE FROM customer_sessions WHERE id = {id} AND customer_id = {customerId}");

    /// <summary>All but the one that asks.</summary>
    public static void EndOthers(Commit commit, SignedIn customer) => commit.Add($"DELETE FROM customer_sessions WHERE customer_id = {customer.CustomerId} AND id <> {customer.SessionId}");

    public static void EndAll(Commit commit, string customerId) => commit.Add($"DELETE FROM customer_sessions WHERE customer_id = {customerId}");

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    /// <summary>What a device is called: nothing that would disturb a list.</summary>
    public static string Named(string? device)
    {
        var text = string.Concat((device ?? "").Where(character => !char.IsControl(character))).Trim();
        return text.Length == 0 ? "unknown" : text.Length <= MaxDevice ? text : text[..(char.IsHighSurrogate(text[MaxDevice - 1]) ? MaxDevice - 1 : MaxDevice)];
    }
}
