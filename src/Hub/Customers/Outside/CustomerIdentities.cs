using Composable.Contracts;
using Composable.Hub.Identity;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Outside;

/// <summary>Who customers are with other providers. The provider's own id of them counts, never an address, which may become somebody else's.</summary>
internal sealed class CustomerIdentities(Database database, Providers providers)
{
    public const string Table = "customer_identities", Gone = "identity_gone";

    public sealed record Row(string Provider, string Subject, long CreatedAt);

    public Task<string?> CustomerOfAsync(OpenIdPerson person, CancellationToken cancellationToken) =>
        database.FirstAsync<string>($"SELECT customer_id FROM customer_identities WHERE provider = {person.Provider} AND subject = {person.Subject}", cancellationToken);

    public Task<List<Row>> OfCustomerAsync(string customerId, CancellationToken cancellationToken) =>
        database.QueryAsync<Row>($"SELECT provider, subject, created_at AS CreatedAt FROM customer_identities WHERE customer_id = {customerId} ORDER BY provider, subject", cancellationToken);

    public IdentityView View(Row row) => new(row.Provider, providers.Find(row.Provider, ProviderOptions.Customers)?.Options.Name ?? row.Provider, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));

    public static void Link(Commit commit, OpenIdPerson person, string customerId) => commit.Add($"""
        INSERT INTO customer_identities (provider, subject, customer_id, created_at) VALUES ({person.Provider}, {person.Subject}, {customerId}, {Sql.Now})
        """);

    /// <summary>It still opens the account when the commit takes effect.</summary>
    public static void Require(Commit commit, OpenIdPerson person, string customerId) => commit.Require(
        $"SELECT 1 FROM customer_identities WHERE provider = {person.Provider} AND subject = {person.Subject} AND customer_id = {customerId}", 1, Gone);

    public static void DropAll(Commit commit, string customerId) => commit.Add($"DELETE FROM customer_identities WHERE customer_id = {customerId}");
}
