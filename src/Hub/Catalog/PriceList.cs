using Composable.Hub.Access.Audit;
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
    private const string Moved = "price_moved";

    private sealed class Before
    {
        public long Amount { get; set; }
        public long? CompareAt { get; set; }
    }

    public async Task<Answer> SetAsync(SetPrice price, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var answer = new Answer(200, Json.Write(price));
        for (var tries = 1; ; tries++)
        {
            var subject = $"price:{price.Sku}:{price.Currency}";
            var before = await database.FirstAsync<Before>($"SELECT amount, compare_at AS CompareAt FROM prices WHERE sku = {price.Sku} AND currency = {price.Currency}", cancellationToken);
            var commit = new Commit();
            if (before is null) commit.Add($"INSERT INTO prices (sku, currency, amount, compare_at) VALUES ({price.Sku}, {price.Currency}, {price.Amount}, {price.CompareAt})");
            else commit.Require($"""
                UPDATE prices SET amount = {price.Amount}, compare_at = {price.CompareAt}
                WHERE sku = {price.Sku} AND currency = {price.Currency} AND amount = {before.Amount} AND coalesce(compare_at, -1) = {before.CompareAt ?? -1}
                """, 1, Moved);
            commit.AppendNext(subject, "price.changed", answer.Body)
                .Audit("price.changed", subject, before is null ? null : Json.Write(price with { Amount = before.Amount, CompareAt = before.CompareAt }), answer.Body);
            key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                memory.Forget(price.Sku);
                return answer;
            }
            catch (Exception moved) when (tries < Tries && moved is DuplicateException { Table: "events" or "prices" } or GuardFailedException { Code: Moved })
            {
                await Task.Delay(Random.Shared.Next(1, 10 * tries), cancellationToken);
            }
        }
    }
}
