using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>Passkeys of a customer: what they are called, and when they were made and used.</summary>
internal sealed class PasskeyRecords(Database database, PasskeyStore passkeys) : IPersonalData
{
    public string Name => "passkeys";

    public async Task<JsonNode?> ExportAsync(Person person, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeToNode((await passkeys.OfCustomerAsync(person.CustomerId, cancellationToken)).Select(row => row.View()).Select(view => new { view.Name, view.CreatedAt, view.LastUsedAt }), Json.Options);

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var count = await database.CountAsync($"SELECT count(*) FROM customer_passkeys WHERE customer_id = {person.CustomerId}", cancellationToken);
        var commit = new Commit();
        PasskeyStore.DropAll(commit, person.CustomerId);
        PasskeyFlows.DropAll(commit, person.CustomerId);
        await database.CommitAsync(commit, cancellationToken);
        return count;
    }
}
