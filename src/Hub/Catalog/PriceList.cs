using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Catalog;

/// <param name="CompareAt">The former price, or null.</param>
internal sealed record SetPrice(string Sku, string Currency, long Amount, long? CompareAt = null);

/// <summary>Changes prices, one by one.</summary>
internal sealed class PriceList(Database database, Skus memory)
{
    private const int Tries = 10;

    public async Task<Answer> SetAsync(SetPrice price, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var answer = new Answer(200, Json.Write(price));
        for (var tries = 1; ; tries++)
        {
            var commit = new Commit().Add($"""
                INSERT INTO prices (sku, currency, amount, compare_at) VALUES ({price.Sku}, {price.Currency}, {price.Amount}, {price.CompareAt})
                ON CONFLICT (sku, currency) DO UPDATE SET amount = excluded.amount, compare_at = excluded.compare_at
                """).AppendNext($"price:{price.Sku}:{price.Currency}", "price.changed", answer.Body);
            key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                memory.Forget(price.Sku);
                return answer;
            }
            catch (DuplicateException twice) when (twice.Table == "events" && tries < Tries)
            {
                await Task.Delay(Random.Shared.Next(1, 10 * tries), cancellationToken);
            }
        }
    }
}
