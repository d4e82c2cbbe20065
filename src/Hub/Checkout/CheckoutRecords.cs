using Composable.Hub.Access.Privacy;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>What checkouts know of a customer: the offers they were made.</summary>
internal sealed class CheckoutRecords(Database database) : IPersonalData
{
    public string Name => "checkouts";

    public async Task<IReadOnlyList<string>> ThingsAsync(string customerId, CancellationToken cancellationToken) =>
        await database.QueryAsync<string>($"SELECT k.id FROM checkouts k JOIN carts c ON c.id = k.cart_id WHERE c.customer_id = {customerId}", cancellationToken);

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var offers = await database.QueryAsync<(string Id, string Quote)>($"SELECT id, quote FROM checkouts WHERE quote IS NOT NULL AND id {Sql.In(person.Things)}", cancellationToken);
        foreach (var (id, quote) in offers)
            if (Pseudonyms.In(quote, person) is { } clean) await database.CommitAsync(new Commit().Add($"UPDATE checkouts SET quote = {clean} WHERE id = {id} AND quote = {quote}"), cancellationToken);
        return offers.Count;
    }
}
