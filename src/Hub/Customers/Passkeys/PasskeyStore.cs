using System.Buffers.Text;
using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Durability;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Identity;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>Passkeys at rest: public keys, and what authenticators say about themselves.</summary>
internal sealed class PasskeyStore(Database database)
{
    public const string Table = "customer_passkeys";

    /// <summary>The passkey was removed, or shown elsewhere meanwhile.</summary>
    public const string Moved = "passkey_moved";

    private const int MostTransports = 10, LongestTransport = 32, LongestKey = 2_048;

    public sealed class Row
    {
        public string Id { get; set; } = "";
        public string CustomerId { get; set; } = "";
        public string CredentialId { get; set; } = "";
        public string PublicKey { get; set; } = "";
        public string Name { get; set; } = "";
        public string Transports { get; set; } = "";
        public long SignCount { get; set; }
        public long UserVerified { get; set; }
        public long BackupEligible { get; set; }
        public long BackedUp { get; set; }
        public long CreatedAt { get; set; }
        public long? LastUsedAt { get; set; }

        public PasskeyView View() => new(Id, Name, At(CreatedAt), LastUsedAt is { } used ? At(used) : null);

        /// <summary>What was made it known is not kept: the shop asks for no attestation.</summary>
        public UserPasskeyInfo Info() => new(Base64Url.DecodeFromChars(CredentialId), Base64Url.DecodeFromChars(PublicKey), At(CreatedAt), (uint)SignCount,
            JsonSerializer.Deserialize<string[]>(Transports), UserVerified == 1, BackupEligible == 1, BackedUp == 1, [], [])
        { Name = Name };

        private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    /// <summary>RSA keys are long, but not that long.</summary>
    public static bool IsKept(UserPasskeyInfo made) => made.PublicKey.Length <= LongestKey;

    /// <summary>The oldest first.</summary>
    public Task<List<Row>> OfCustomerAsync(string customerId, CancellationToken cancellationToken) => FindAsync($"customer_id = {customerId} ORDER BY created_at, id", cancellationToken);

    public async Task<Row?> ByCredentialAsync(byte[] credentialId, CancellationToken cancellationToken) => (await FindAsync($"credential_id = {Base64Url.EncodeToString(credentialId)}", cancellationToken)).FirstOrDefault();

    public static PasskeyView Insert(Commit commit, string customerId, string name, UserPasskeyInfo made, DateTimeOffset now)
    {
        var view = new PasskeyView(Ids.New("pky"), name, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()), null);
        var transports = (made.Transports ?? []).Where(transport => transport.Length <= LongestTransport).Take(MostTransports);
        commit.Add($"""
            INSERT INTO customer_passkeys (id, customer_id, credential_id, public_key, name, transports, sign_count, user_verified, backup_eligible, backed_up, created_at)
            VALUES ({view.Id}, {customerId}, {Base64Url.EncodeToString(made.CredentialId)}, {Base64Url.EncodeToString(made.PublicKey)}, {name}, {JsonSerializer.Serialize(transports)},
                {(long)made.SignCount}, {Flag(made.IsUserVerified)}, {Flag(made.IsBackupEligible)}, {Flag(made.IsBackedUp)}, {now.ToUnixTimeMilliseconds()})
            """);
        return view;
    }

    /// <summary>Of two that show the same count one is a copy, so the count must have gone up since, also when both come at once. Many authenticators do not count.</summary>
    public static void Used(Commit commit, string customerId, UserPasskeyInfo shown) => commit.Require($"""
        UPDATE customer_passkeys SET sign_count = {(long)shown.SignCount}, backed_up = {Flag(shown.IsBackedUp)}, last_used_at = {Sql.Now}
        WHERE customer_id = {customerId} AND credential_id = {Base64Url.EncodeToString(shown.CredentialId)} AND (sign_count < {(long)shown.SignCount} OR (sign_count = 0 AND {(long)shown.SignCount} = 0))
        """, 1, Moved);

    public static void Remove(Commit commit, string customerId, string id) => commit.Require($"DELETE FROM customer_passkeys WHERE id = {id} AND customer_id = {customerId}", 1, Moved);

    public static void DropAll(Commit commit, string customerId) => commit.Add($"DELETE FROM customer_passkeys WHERE customer_id = {customerId}");

    private Task<List<Row>> FindAsync(Sql which, CancellationToken cancellationToken) => database.QueryAsync<Row>($"""
        SELECT id, customer_id AS CustomerId, credential_id AS CredentialId, public_key AS PublicKey, name, transports, sign_count AS SignCount, user_verified AS UserVerified,
            backup_eligible AS BackupEligible, backed_up AS BackedUp, created_at AS CreatedAt, last_used_at AS LastUsedAt FROM customer_passkeys WHERE {which}
        """, cancellationToken);

    private static long Flag(bool value) => value ? 1 : 0;
}
