using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

/// <summary>
/// What changed, by the sync API. Of the addresses it answers with only the token is kept, so that nobody can choose where the hub goes next.
/// </summary>
internal sealed class ContentfulFeed(ContentfulApi api)
{
    /// <summary>Of the first walk, which has to pass over everything to find where now is.</summary>
    private const int MostPagesAtFirst = 400;

    private const int MostPages = 20, LongestToken = 4_000;

    public async Task<ContentChanges> SinceAsync(string? cursor, CancellationToken cancellationToken)
    {
        if (cursor is null) return new([], Everything: false, await StartAsync(cancellationToken));
        if (await WalkAsync(cursor, MostPages, cancellationToken) is { } walked) return new(walked.Tags, Everything: false, walked.Cursor);
        return new([], Everything: true, await StartAsync(cancellationToken));
    }

    private async Task<string> StartAsync(CancellationToken cancellationToken) => (await WalkAsync(null, MostPagesAtFirst, cancellationToken))?.Cursor
        ?? throw new VendorException(VendorFailure.Rejected, "Contentful: the space is too large to follow its changes, or its answers have no end.");

    /// <summary>Null when the token is not accepted, or the changes have no end within reach.</summary>
    private async Task<(IReadOnlyList<string> Tags, string Cursor)?> WalkAsync(string? token, int pages, CancellationToken cancellationToken)
    {
        var tags = new HashSet<string>();
        for (var page = 0; page < pages; page++)
        {
            var read = token is null ? await api.SyncAsync(cancellationToken, ("initial", "true")) : await api.SyncAsync(cancellationToken, ("sync_token", token));
            if (read is null) return null;
            foreach (var item in read.Items) if (item is { Sys.Id.Length: > 0 }) tags.Add(item.Sys.Id);
            if (TokenIn(read.NextSyncUrl) is { } cursor) return ([.. tags], cursor);
            token = TokenIn(read.NextPageUrl) ?? throw new VendorException(VendorFailure.Transient, "Contentful: the answer does not say how its changes go on.");
        }

        return null;
    }

    private static string? TokenIn(string? address)
    {
        var at = address?.IndexOf("sync_token=", StringComparison.Ordinal) ?? -1;
        if (at < 0) return null;
        var token = Uri.UnescapeDataString(address![(at + "sync_token=".Length)..].Split('&', '#')[0]);
        return token.Length is > 0 and <= LongestToken && token.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '=' or '+' or '/') ? token : null;
    }
}
