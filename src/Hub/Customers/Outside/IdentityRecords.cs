using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Outside;

/// <summary>Who a customer is with other providers.</summary>
internal sealed class IdentityRecords(Database database, CustomerIdentities identities) : IPersonalData
{
    public string Name => "identities";

    public async Task<JsonNode?> ExportAsync(Person person, CancellationToken cancellationToken) => JsonSerializer.SerializeToNode(
        (await identities.OfCustomerAsync(person.CustomerId, cancellationToken)).Select(row => new { row.Provider, row.Subject, LinkedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt) }), Json.Options);

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var count = await database.CountAsync($"SELECT count(*) FROM customer_identities WHERE customer_id = {person.CustomerId}", cancellationToken);
        var commit = new Commit();
        CustomerIdentities.DropAll(commit, person.CustomerId);
        await database.CommitAsync(commit, cancellationToken);
        return count;
    }
}
