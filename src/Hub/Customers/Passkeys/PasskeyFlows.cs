using Composable.Hub.Access;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>A question to an authenticator that waits for its answer.</summary>
internal sealed record PasskeyFlow(string Hash, string State);

/// <summary>What authenticators were asked. The hub keeps hashes of the tokens; each works once, for its purpose and its customer only, and not for long.</summary>
internal sealed class PasskeyFlows(Database database)
{
    public const string Add = "add", SignIn = "sign_in";

    /// <summary>The flow was used meanwhile.</summary>
    public const string Spent = "passkey_flow_spent";

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const string Prefix = "pkf_";
    private const int MostOfCustomer = 5, MostOfNobody = 50_000, PruneEvery = 64;

    private int made;

    /// <summary>A new flow, and room for it: the oldest give way.</summary>
    public string Make(Commit commit, string purpose, string? customerId, string state)
    {
        var token = SecretToken.New(Prefix);
        if (customerId is not null) commit.Add($"""
            DELETE FROM passkey_flows WHERE customer_id = {customerId} AND hash NOT IN
                (SELECT hash FROM passkey_flows WHERE customer_id = {customerId} ORDER BY expires_at DESC LIMIT {MostOfCustomer - 1})
            """);
        else if (Interlocked.Increment(ref made) % PruneEvery == 0) commit.Add($"""
            DELETE FROM passkey_flows WHERE expires_at <= {Sql.Now} OR hash IN
                (SELECT hash FROM passkey_flows WHERE customer_id IS NULL ORDER BY expires_at DESC LIMIT {PruneEvery * 100} OFFSET {MostOfNobody})
            """);
        commit.Add($"INSERT INTO passkey_flows (hash, purpose, customer_id, state, expires_at) VALUES ({SecretToken.HashOf(token)}, {purpose}, {customerId}, {state}, {Sql.Now} + {(long)Life.TotalMilliseconds})");
        return token;
    }

    public async Task<PasskeyFlow?> FindAsync(string token, string purpose, string? customerId, CancellationToken cancellationToken)
    {
        if (!SecretToken.Is(token, Prefix)) return null;
        Sql nobodys = $"customer_id IS NULL", theirs = $"customer_id = {customerId}";
        return await database.FirstAsync<PasskeyFlow>($"SELECT hash, state FROM passkey_flows WHERE hash = {SecretToken.HashOf(token)} AND purpose = {purpose} AND {(customerId is null ? nobodys : theirs)} AND expires_at > {Sql.Now}", cancellationToken);
    }

    public static void Use(Commit commit, PasskeyFlow flow) => commit.Require($"DELETE FROM passkey_flows WHERE hash = {flow.Hash} AND expires_at > {Sql.Now}", 1, Spent);

    /// <summary>A wrong answer is the only one that is listened to.</summary>
    public Task FailAsync(PasskeyFlow flow, CancellationToken cancellationToken) => database.CommitAsync(new Commit().Add($"DELETE FROM passkey_flows WHERE hash = {flow.Hash}"), cancellationToken);

    public static void DropAll(Commit commit, string customerId) => commit.Add($"DELETE FROM passkey_flows WHERE customer_id = {customerId}");
}
