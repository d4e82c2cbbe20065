using Composable.Hub.Access;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>Customers at rest. Their events say that something changed, never what somebody is called or where they live.</summary>
internal sealed class CustomerStore(Database database)
{
    public const string Stale = "stale", Table = "customers";

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Email { get; set; } = "";
        public long Verified { get; set; }
        public string? PasswordHash { get; set; }
        public string Doc { get; set; } = "";
        public long Version { get; set; }
        public long CreatedAt { get; set; }
    }

    /// <summary>The customer who is calling.</summary>
    public async Task<Customer> OwnAsync(Caller caller, CancellationToken cancellationToken) =>
        (caller.Customer is { } known ? await FindAsync($"id = {known.CustomerId}", cancellationToken) : null) ?? throw new RefusedException(Refusal.NotFound("customer"));

    public Task<Customer?> ByIdAsync(string id, CancellationToken cancellationToken) => FindAsync($"id = {id}", cancellationToken);

    public Task<Customer?> ByEmailAsync(string email, CancellationToken cancellationToken) => FindAsync($"email_key = {Customer.KeyOf(email)}", cancellationToken);

    public static void Insert(Commit commit, Customer customer) => commit
        .Add($"""
            INSERT INTO customers (id, email, email_key, verified, password_hash, doc, version, created_at)
            VALUES ({customer.Id}, {customer.Email}, {Customer.KeyOf(customer.Email)}, {(customer.Verified ? 1 : 0)}, {customer.PasswordHash}, {customer.Facts.Format()}, {customer.Version}, {customer.CreatedAt.ToUnixTimeMilliseconds()})
            """)
        .Append(new HubEvent(customer.Id, customer.Version, "customer.registered", "{}"));

    /// <summary>Writes the next version of a customer. Its version must be one more than what it was computed from.</summary>
    public static void Update(Commit commit, Customer customer, string happened) => Hold(commit, customer.Id, customer.Version - 1)
        .Require($"""
            UPDATE customers SET email = {customer.Email}, email_key = {Customer.KeyOf(customer.Email)}, verified = {(customer.Verified ? 1 : 0)}, password_hash = {customer.PasswordHash},
                doc = {customer.Facts.Format()}, version = {customer.Version} WHERE id = {customer.Id} AND version = {customer.Version - 1}
            """, 1, Stale)
        .Append(new HubEvent(customer.Id, customer.Version, happened, "{}"));

    /// <summary>
    /// The account as it was read, and nobody else at it. A session that begins holds it too, so that whoever then ends all sessions ends that one.
    /// </summary>
    public static Commit Hold(Commit commit, string id, long version) => commit.Hold($"SELECT 1 FROM customers WHERE id = {id} AND version = {version}{new Sql.Lock("customers")}", Stale);

    private async Task<Customer?> FindAsync(Sql which, CancellationToken cancellationToken) =>
        await database.FirstAsync<Row>($"SELECT id, email, verified, password_hash AS PasswordHash, doc, version, created_at AS CreatedAt FROM customers WHERE {which}", cancellationToken) is { } row
            ? new Customer
            {
                Id = row.Id,
                Email = row.Email,
                Verified = row.Verified == 1,
                PasswordHash = row.PasswordHash,
                Facts = CustomerFacts.Parse(row.Doc),
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
                Version = row.Version,
            }
            : null;
}
