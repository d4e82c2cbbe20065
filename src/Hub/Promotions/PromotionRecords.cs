using Composable.Hub.Access.Privacy;
using Composable.Hub.Storage;

namespace Composable.Hub.Promotions;

/// <summary>How often a customer used a code: counted on, under the pseudonym.</summary>
internal sealed class PromotionRecords(Database database) : IPersonalData
{
    public string Name => "promotion uses";

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        // Whichever address they gave; what somebody else used under the same one is left alone.
        Sql theirs = $"reference IN (SELECT id FROM processes WHERE subject {Sql.In(person.Things)}) OR customer = {PromotionBook.Customer(person.Email)}";
        var uses = await database.QueryAsync<(string Code, string Customer)>($"SELECT code, customer FROM promotion_uses WHERE {theirs}", cancellationToken);
        await database.CommitAsync(new Commit().Add($"UPDATE promotion_uses SET customer = {person.Pseudonym} WHERE {theirs}"), cancellationToken);
        var commit = new Commit();
        foreach (var (code, customer) in uses.Distinct())
            commit.Add($"""
                UPDATE promotion_customers SET customer = {person.Pseudonym} WHERE code = {code} AND customer = {customer}
                AND NOT EXISTS (SELECT 1 FROM promotion_uses o WHERE o.code = {code} AND o.customer = {customer})
                """);
        if (!commit.IsEmpty) await database.CommitAsync(commit, cancellationToken);
        return uses.Count;
    }
}
