using Composable.Connectors.Sdk;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Markets;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Pages;

/// <summary>How a page came to be given out.</summary>
/// <param name="Found">Null when there is no such page.</param>
internal sealed record PageGiven(PageCopy? Found, bool IsKept);

/// <summary>Gives pages out: kept ones at once, aged ones at once while they are renewed behind, changed ones when they are renewed.</summary>
internal sealed class PageDesk(Router router, PageComposer composer, IOptions<PageOptions> options, TimeProvider clock)
{
    private readonly SharedCopies<PageKey, PageCopy> copies = new(options.Value.MaxEntries, options.Value.MaxBytes, clock);

    /// <summary>The one place that decides which connection has the pages of a market; null when there is none.</summary>
    public string? ContentFor(Market market) => Candidates(market) is [var first, ..] ? first : null;

    private IReadOnlyList<string> Candidates(Market market) =>
        router.Candidates<IContent>(new(market.Code, PortOfMarket.Content, [options.Value.Connection]), new(market.Code, market.Currency, market.Countries[0]));

    /// <summary>The page when it is in memory and nothing is to be done about it.</summary>
    public PageCopy? Kept(PageKey key) =>
        copies.TryFind(key, out var slot) && slot.Copy is { Body: not null } copy && !slot.IsOutdated && Age(copy) < copy.FreshFor ? copy : null;

    /// <exception cref="VendorException">There is no content and no copy to give out instead.</exception>
    /// <exception cref="OperationCanceledException">The same, because nobody answered in time.</exception>
    public async Task<PageGiven> FindAsync(PageKey key, Market market, CancellationToken cancellationToken)
    {
        var connections = Candidates(market);
        if (connections.Count == 0) return new(null, IsKept: false);
        var slot = copies.At(key);
        var (copy, isOutdated) = (slot.Copy, slot.IsOutdated);
        if (copy is not null && !isOutdated && Age(copy) < copy.FreshFor) return new(copy.Body is null ? null : copy, IsKept: true);
        var renewing = slot.RenewAsync(before => composer.ComposeAsync(key, market, connections, before, slot.IsOutdated));
        if (copy?.Body is not null && !isOutdated && Age(copy) < options.Value.StaleFor)
        {
            // Whatever becomes of it, the next caller sees.
            _ = renewing.ContinueWith(failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return new(copy, IsKept: true);
        }

        try
        {
            var fresh = await renewing.WaitAsync(cancellationToken);
            if (fresh.Body is null) return new(null, IsKept: false);
            return new(fresh, IsKept: false);
        }
        catch (Exception failure) when (failure is VendorException or OperationCanceledException && copy?.Body is null)
        {
            // Nothing is learned from a failure, and no memory is spent on it.
            if (slot.Copy is null) copies.Remove(key);
            throw;
        }
    }

    /// <summary>The pages that are in memory whole and as they are now, the newest first.</summary>
    public IEnumerable<(PageKey Key, PageCopy Copy)> Current => copies.Current.Where(page => page.Copy is { Body: not null, Degraded: null }).OrderByDescending(page => page.Copy.At);

    public Task<PageCopy?> PreviewAsync(PageKey key, Market market, CancellationToken cancellationToken) =>
        ContentFor(market) is { } connection ? composer.PreviewAsync(key, market, connection, cancellationToken) : Task.FromResult<PageCopy?>(null);

    /// <summary>Outdates the pages that show one of the tags; the next who asks gets them anew.</summary>
    public void Outdate(IReadOnlySet<string> tags, bool alsoMissing) => copies.Outdate(tags, alsoMissing ? copy => copy.Body is null : null);

    public void OutdateAll() => copies.OutdateAll(_ => true);

    private TimeSpan Age(PageCopy copy) => clock.GetElapsedTime(copy.At);
}
