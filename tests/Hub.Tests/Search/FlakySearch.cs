using Composable.Connectors.Sdk;
using Composable.Hub.Search.Embedded;
using Composable.Hub.Storage;

namespace Composable.Hub.Tests.Search;

/// <summary>An engine that can be away, silent, or choosy.</summary>
internal sealed class FlakySearch(Database database) : Connector<EmbeddedSearchSettings, FlakySearchClient>("flaky", "Flaky search")
{
    public volatile bool Away, Silent;
    public volatile string? Refuses;
    public volatile int SlowBy;
    public volatile int Calls;

    protected override FlakySearchClient Connect(EmbeddedSearchSettings settings, HttpClient http) => new(this, new EmbeddedSearchClient(database, new SemaphoreSlim(1), settings with { Space = "flaky" }));
}

internal sealed class FlakySearchClient(FlakySearch mood, ISearch inner) : ISearch
{
    public SearchLimits Limits => inner.Limits;

    public Task<string?> CurrentAsync(string index, CancellationToken cancellationToken) => DoAsync(() => inner.CurrentAsync(index, cancellationToken), cancellationToken);

    public Task PrepareAsync(string index, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken) => DoAsync(async () =>
    {
        await inner.PrepareAsync(index, generation, fields, cancellationToken);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyList<RefusedWrite>> WriteAsync(string index, string generation, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken) => DoAsync<IReadOnlyList<RefusedWrite>>(async () =>
    {
        var refused = writes.OfType<SearchWrite.Upsert>().Where(write => Equals(write.Document.Fields["title"], mood.Refuses)).Select(write => new RefusedWrite(write.Id, Permanent: true, "not_to_our_taste")).ToList();
        return [.. refused, .. await inner.WriteAsync(index, generation, [.. writes.Where(write => refused.TrueForAll(refusal => refusal.Id != write.Id))], cancellationToken)];
    }, cancellationToken);

    public Task SwitchAsync(string index, string generation, CancellationToken cancellationToken) => DoAsync(async () =>
    {
        await inner.SwitchAsync(index, generation, cancellationToken);
        return true;
    }, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => DoAsync(() => inner.VersionsAsync(index, ids, cancellationToken), cancellationToken);

    public Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken) => DoAsync(() => inner.QueryAsync(query, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken) => DoAsync(() => inner.SuggestAsync(index, typed, limit, cancellationToken), cancellationToken);

    private async Task<T> DoAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref mood.Calls);
        if (mood.Away) throw new VendorException(VendorFailure.Transient, "Away.");
        if (mood.Silent) await Task.Delay(Timeout.Infinite, cancellationToken);
        if (mood.SlowBy > 0) await Task.Delay(mood.SlowBy, cancellationToken);
        return await call();
    }
}
