using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>A letter that is to be written.</summary>
internal sealed record DueMail(string Id, string Kind, string Email, string? CustomerId, long DueAt, long Attempts);

/// <summary>
/// Letters to customers, asked for in the commit of what they tell of. Who is written to, and whether at all, is found out later: so a request takes as long
/// for an address that is known as for one that is not.
/// </summary>
internal sealed class CustomerMails(Database database)
{
    /// <summary>Verify this address; this address is registered already; set a new password; change to this address; somebody wanted your address; your address is being changed.</summary>
    public const string Verify = "verify", Exists = "exists", Reset = "reset", Change = "change", Taken = "taken", Changing = "changing";

    /// <summary>What the account is opened with has changed.</summary>
    public const string PasskeyAdded = "passkey_added", PasskeyRemoved = "passkey_removed";

    private const string Claimed = "mail_claimed";
    private const int Most = 20;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    public static void Add(Commit commit, string kind, string email, string? customerId = null)
    {
        var id = Ids.New("mail");
        commit.AddRow("INSERT INTO customer_mails (id, kind, email, customer_id, due_at) VALUES ", $"({id}, {kind}, {email}, {customerId}, {Sql.Now})");
    }

    public Task<List<DueMail>> DueAsync(CancellationToken cancellationToken) => database.QueryAsync<DueMail>(
        $"SELECT id, kind, email, customer_id AS CustomerId, due_at AS DueAt, attempts FROM customer_mails WHERE due_at <= {Sql.Now} ORDER BY due_at, id LIMIT {Most}", cancellationToken);

    /// <summary>Of several hubs one gets it. When that one dies or fails, the letter is due again later, and ever later.</summary>
    public async Task<bool> ClaimAsync(DueMail mail, CancellationToken cancellationToken)
    {
        var later = (long)(Lease.TotalMilliseconds * Math.Pow(2, Math.Min(mail.Attempts, 8)));
        try
        {
            await database.CommitAsync(new Commit().Require($"UPDATE customer_mails SET due_at = {Sql.Now} + {later}, attempts = attempts + 1 WHERE id = {mail.Id} AND due_at = {mail.DueAt}", 1, Claimed), cancellationToken);
            return true;
        }
        catch (GuardFailedException)
        {
            return false;
        }
    }

    /// <summary>Letters that would still change the account are not written any more: who it is has just been shown anew.</summary>
    public static void Withdraw(Commit commit, string customerId) => commit.Add($"DELETE FROM customer_mails WHERE customer_id = {customerId} AND kind IN ('change', 'verify')");

    /// <summary>Fails the commit when the letter was withdrawn, and keeps it from being withdrawn until then.</summary>
    public static void Require(Commit commit, DueMail mail) => commit.Require($"SELECT 1 FROM customer_mails WHERE id = {mail.Id}{new Sql.Lock("customer_mails")}", 1, Claimed);

    public Task DoneAsync(DueMail mail, CancellationToken cancellationToken) => database.CommitAsync(new Commit().Add($"DELETE FROM customer_mails WHERE id = {mail.Id}"), cancellationToken);
}
