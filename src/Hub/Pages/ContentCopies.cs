using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Pages;

internal readonly record struct ContentKey(string Connection, string Route, string Locale);

/// <summary>A page as the content connection has it; without one when there is none at the route.</summary>
internal sealed record ContentCopy(ContentPage? Page, IReadOnlyCollection<string> Tags, long At) : ICopy
{
    /// <summary>Objects take about twice what their text does.</summary>
    public long Size { get; } = (Page?.Blocks.Sum(block => 2L * block.Data.ToJsonString().Length) ?? 0) + 1_000;
}

/// <param name="IsStale">The connection did not answer, and this is what it said before.</param>
internal sealed record ContentFound(ContentPage? Page, TimeSpan Age, bool IsStale);

/// <summary>
/// What editors wrote, kept for all markets. The connection is asked once for all who want the same; whoever stops waiting leaves the call running, so that
/// its answer serves the next.
/// </summary>
internal sealed class ContentCopies(ConnectionList connections, IOptions<PageOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>Longer than any call through <see cref="Outbound"/> takes.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(8);

    /// <summary>Routes that nobody wrote cost a call each; they must not take all there are.</summary>
    private const int CallsAtOnce = 32;

    private readonly SharedCopies<ContentKey, ContentCopy> copies = new(options.Value.MaxEntries, options.Value.MaxBytes, clock);
    private readonly SemaphoreSlim calls = new(CallsAtOnce);

    /// <summary>Connections whose pages are kept here.</summary>
    public IReadOnlyCollection<string> Connections => [.. copies.Keys.Select(key => key.Connection).Distinct()];

    /// <summary>Throws <see cref="VendorException"/> or <see cref="OperationCanceledException"/> when there is no answer within the deadline and no copy.</summary>
    public async Task<ContentFound> FindAsync(ContentKey key, CancellationToken deadline)
    {
        var slot = copies.At(key);
        if (slot.Copy is { } copy && !slot.IsOutdated && Age(copy) < (copy.Page is null ? options.Value.NegativeFor : options.Value.FreshFor)) return new(copy.Page, Age(copy), IsStale: false);
        try
        {
            var fresh = await slot.RenewAsync(_ => AskAsync(key)).WaitAsync(deadline);
            return new(fresh.Page, Age(fresh), IsStale: false);
        }
        catch (Exception failure) when (failure is VendorException or OperationCanceledException && slot.Copy is { Page: not null } old && Age(old) < options.Value.StaleFor)
        {
            return new(old.Page, Age(old), IsStale: true);
        }
    }

    /// <summary>Whatever changed, what was not there may be there now.</summary>
    public void Outdate(IReadOnlySet<string> tags) => copies.Outdate(tags, copy => copy.Page is null);

    public void OutdateAll(string connection) => copies.OutdateAll(key => key.Connection == connection);

    public void Dispose() => calls.Dispose();

    private async Task<ContentCopy> AskAsync(ContentKey key)
    {
        using var patience = new CancellationTokenSource(LongestCall, clock);
        await calls.WaitAsync(patience.Token);
        try
        {
            var at = clock.GetTimestamp();
            var page = await connections.Get<IContent>(key.Connection).PageAsync(key.Route, key.Locale, preview: false, patience.Token);
            return new(page, page is null ? [] : [.. page.Tags.Select(tag => PageTags.Content(key.Connection, tag))], at);
        }
        finally
        {
            calls.Release();
        }
    }

    private TimeSpan Age(ContentCopy copy) => clock.GetElapsedTime(copy.At);
}
