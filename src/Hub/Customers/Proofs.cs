using Composable.Hub.Access;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>What a proof is good for: one purpose of one customer.</summary>
internal sealed record Proof(string Hash, string Purpose, string CustomerId, string Email)
{
    public const string Verify = "verify", Reset = "reset", Change = "change";
}

/// <summary>Proofs that somebody can read a mailbox. The hub keeps their hashes; each works once, for its purpose and its customer only.</summary>
internal sealed class Proofs(Database database)
{
    /// <summary>The proof was used or replaced meanwhile.</summary>
    public const string Spent = "proof_spent";

    private const string Prefix = "pf_";

    /// <summary>A new proof; those of the same customer and purpose that were not used are worth nothing any more.</summary>
    public static string Make(Commit commit, string purpose, string customerId, string email, TimeSpan life)
    {
        var token = SecretToken.New(Prefix);
        Drop(commit, customerId, purpose);
        commit.Add($"""
            INSERT INTO customer_proofs (hash, purpose, customer_id, email, expires_at)
            VALUES ({SecretToken.HashOf(token)}, {purpose}, {customerId}, {email}, {Sql.Now} + {(long)life.TotalMilliseconds})
            """);
        return token;
    }

    public async Task<Proof?> FindAsync(string token, CancellationToken cancellationToken) => !SecretToken.Is(token, Prefix) ? null : await database.FirstAsync<Proof>(
        $"SELECT hash, purpose, customer_id AS CustomerId, email FROM customer_proofs WHERE hash = {SecretToken.HashOf(token)} AND expires_at > {Sql.Now}", cancellationToken);

    public static void Use(Commit commit, Proof proof) => commit.Require($"DELETE FROM customer_proofs WHERE hash = {proof.Hash} AND expires_at > {Sql.Now}", 1, Spent);

    public static void Drop(Commit commit, string customerId, string purpose) => commit.Add($"DELETE FROM customer_proofs WHERE customer_id = {customerId} AND purpose = {purpose}");

    public static void DropAll(Commit commit, string customerId) => commit.Add($"DELETE FROM customer_proofs WHERE customer_id = {customerId}");
}
