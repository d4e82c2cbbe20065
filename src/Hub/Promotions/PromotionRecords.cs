using Composable.Hub.Access.Privacy;
using Composable.Hub.Storage;

namespace Composable.Hub.Promotions;

/// <summary>How often a customer used a code: counted on, under the pseudonym.</summary>
internal sealed class PromotionRecords(Database database) : IPersonalData
{
    public string Name => "promotion uses";

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var customer = PromotionBook.Customer(person.Email);
        var count = await database.CountAsync($"SELECT count(*) FROM promotion_uses WHERE customer = {customer}", cancellationToken);
        await database.CommitAsync(
            new Commit().Add($"UPDATE promotion_uses SET customer = {person.Pseudonym} WHERE customer = {customer}").Add($"UPDATE promotion_customers SET customer = {person.Pseudonym} WHERE customer = {customer}"), cancellationToken);
        return count;
    }
}
