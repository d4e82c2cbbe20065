using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>The port, on the hub's own database. What each part does is in a file of its own; here a database that is away becomes what vendors' failures are.</summary>
internal sealed class EmbeddedSearchClient(Database database, SemaphoreSlim writing, EmbeddedSearchSettings settings) : ISearch
{
    private readonly Generations generations = new(database);
    private readonly DocumentWriter writer = new(database, writing);
    private readonly DocumentFinder finder = new(database);
    private readonly Suggester suggester = new(database);

    public SearchLimits Limits { get; } = new(MaxBatch: 100, MaxDocumentBytes: 256 * 1024, MaxPage: 250, MaxDepth: 10_000);

    public Task CheckAsync(CancellationToken cancellationToken) => AskAsync(() => database.CountAsync($"SELECT count(*) FROM search_indexes", cancellationToken));

    public Task<string?> CurrentAsync(string index, CancellationToken cancellationToken) => AskAsync(() => generations.CurrentAsync(Name(index), cancellationToken));

    public Task PrepareAsync(string index, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken) =>
        ChangeAsync(() => generations.PrepareAsync(Name(index), generation, fields, cancellationToken));

    public async Task<IReadOnlyList<RefusedWrite>> WriteAsync(string index, string generation, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count > Limits.MaxBatch) throw Rejected($"More than {Limits.MaxBatch} writes at once.");
        var target = await AskAsync(() => generations.FindAsync(Name(index), generation, cancellationToken)) ?? throw Missing();
        IReadOnlyList<RefusedWrite> refused = [];
        await ChangeAsync(async () =>
        {
            refused = await writer.WriteAsync(target, writes, Limits, cancellationToken);
            await generations.SweepAsync(cancellationToken);
        });
        return refused;
    }

    public Task SwitchAsync(string index, string generation, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        if (!await generations.SwitchAsync(Name(index), generation, cancellationToken)) throw Missing();
    });

    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        await AskAsync(() => generations.ServingAsync(Name(index), cancellationToken)) is { } serving
            ? await AskAsync(() => finder.VersionsAsync(serving, ids, cancellationToken))
            : new Dictionary<string, long>();

    public async Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit < 1 || query.Limit > Limits.MaxPage) throw Rejected($"A page has 1 to {Limits.MaxPage} hits.");
        return await OnServingAsync(query.Index, serving => finder.FindAsync(serving, query, Limits, cancellationToken), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken) =>
        await OnServingAsync(index, serving => suggester.SuggestAsync(serving, typed, limit, cancellationToken), cancellationToken);

    public static VendorException Rejected(string why) => new(VendorFailure.Rejected, why);

    private static VendorException Missing() => new(VendorFailure.Misconfigured, "There is no such generation.");

    /// <summary>Asks the generation that readers see. When they were switched to another meanwhile, this one may be half cleared away, and the other is asked.</summary>
    private async Task<T> OnServingAsync<T>(string index, Func<Generation, Task<T>> ask, CancellationToken cancellationToken)
    {
        const int Most = 20;
        for (var tries = 1; ; tries++)
        {
            var serving = await AskAsync(() => generations.ServingAsync(Name(index), cancellationToken)) ?? throw Missing();
            var answer = await AskAsync(() => ask(serving));
            if (tries == Most || (await AskAsync(() => generations.ServingAsync(Name(index), cancellationToken)))?.Number == serving.Number) return answer;
        }
    }

    private string Name(string index) => $"{settings.Space}/{index}";

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (DatabaseUnavailableException away)
        {
            throw new VendorException(VendorFailure.Transient, "The database does not answer.", inner: away);
        }
    }

    private static async Task ChangeAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (DatabaseUnavailableException away)
        {
            throw new VendorException(VendorFailure.OutcomeUnknown, "The database did not answer.", inner: away);
        }
    }
}
