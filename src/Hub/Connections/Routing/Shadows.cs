using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections.Routing;

/// <param name="Pointer">Where in the answer.</param>
/// <param name="Served">What the shopper got, as JSON; null when it had nothing there.</param>
/// <param name="Shadow">What the other connection would have said.</param>
internal sealed record Difference(string Pointer, string? Served, string? Shadow);

/// <summary>Where a shadow answered something else.</summary>
internal sealed record ShadowDifference(string ServedBy, string Shadow, string? Subject, IReadOnlyList<Difference> Differences, DateTimeOffset At);

/// <summary>Puts questions to a second connection, after the first has served and at nobody's expense, and records field by field where the answers differ.</summary>
internal sealed partial class Shadows(Database database, ILogger<Shadows> logger) : IDisposable
{
    private const int AtOnce = 8, MostDifferences = 50, LongestValue = 200, Kept = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim slots = new(AtOnce);

    /// <summary>Returns at once. When many shadows are under way already, this one is left out.</summary>
    public void Compare<TAnswer>(PortOfMarket port, string servedBy, string shadow, string subject, TAnswer answer, Func<CancellationToken, Task<TAnswer>> ask)
    {
        if (slots.Wait(0)) _ = Task.Run(() => CompareAsync(port, servedBy, shadow, subject, answer, ask));
    }

    public async Task<Page<ShadowDifference>> PageAsync(string market, string port, PageRequest page, CancellationToken cancellationToken)
    {
        var before = page.Keys(1) is [var last] ? PageRequest.Number(last) : long.MaxValue;
        var rows = await database.QueryAsync<(long Id, string ServedBy, string Shadow, string? Subject, string Differences, long At)>($"""
            SELECT id, served_by, shadow, subject, differences, at FROM shadow_differences WHERE market = {market} AND port = {port} AND id < {before} ORDER BY id DESC LIMIT {page.Limit + 1}
            """, cancellationToken);
        return page.Of(rows,
            row => new ShadowDifference(row.ServedBy, row.Shadow, row.Subject, JsonSerializer.Deserialize(row.Differences, RouteJson.Default.IReadOnlyListDifference)!, DateTimeOffset.FromUnixTimeMilliseconds(row.At)),
            row => [PageRequest.Text(row.Id)]);
    }

    public void Dispose() => slots.Dispose();

    private async Task CompareAsync<TAnswer>(PortOfMarket port, string servedBy, string shadow, string subject, TAnswer answer, Func<CancellationToken, Task<TAnswer>> ask)
    {
        try
        {
            using var deadline = new CancellationTokenSource(Patience);
            List<Difference> differences;
            try
            {
                differences = [.. Differ("", JsonSerializer.SerializeToNode(answer, Json.Options), JsonSerializer.SerializeToNode(await ask(deadline.Token), Json.Options)).Take(MostDifferences)];
            }
            catch (Exception failure) when (failure is VendorException or OperationCanceledException)
            {
                differences = [new("", "an answer", failure is VendorException vendor ? $"a failure: {vendor.Failure}" : "no answer in time")];
            }

            if (differences.Count > 0) await RecordAsync(port, servedBy, shadow, subject, differences);
        }
        catch (Exception error)
        {
            Log.Failed(logger, shadow, error);
        }
        finally
        {
            slots.Release();
        }
    }

    private Task RecordAsync(PortOfMarket port, string servedBy, string shadow, string subject, IReadOnlyList<Difference> differences) => database.CommitAsync(new Commit()
        .Add($"""
            INSERT INTO shadow_differences (market, port, served_by, shadow, subject, differences, at)
            VALUES ({port.Market}, {port.Port}, {servedBy}, {shadow}, {subject}, {JsonSerializer.Serialize(differences, RouteJson.Default.IReadOnlyListDifference)}, {Sql.Now})
            """)
        .Add($"DELETE FROM shadow_differences WHERE market = {port.Market} AND port = {port.Port} AND id <= (SELECT max(id) FROM shadow_differences) - {Kept}"), CancellationToken.None);

    private static IEnumerable<Difference> Differ(string at, JsonNode? served, JsonNode? shadow)
    {
        if (JsonNode.DeepEquals(served, shadow)) return [];
        return (served, shadow) switch
        {
            (JsonObject one, JsonObject other) => one.Select(member => member.Key).Union(other.Select(member => member.Key))
                .SelectMany(name => Differ($"{at}/{JsonPointer.Escape(name)}", one[name], other[name])),
            (JsonArray one, JsonArray other) => Enumerable.Range(0, Math.Max(one.Count, other.Count))
                .SelectMany(index => Differ($"{at}/{index}", index < one.Count ? one[index] : null, index < other.Count ? other[index] : null)),
            _ => [new(at, Short(served), Short(shadow))],
        };
    }

    private static string? Short(JsonNode? value) => value?.ToJsonString() is { } text ? CardScan.Withheld(text) is var kept && kept.Length <= LongestValue ? kept : kept[..LongestValue] + "…" : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Comparing with the shadow {Connection} failed")]
        public static partial void Failed(ILogger logger, string connection, Exception error);
    }
}
