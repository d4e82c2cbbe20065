using System.Text.RegularExpressions;

namespace Composable.Hub.Access.Keys;

/// <summary>
/// A key that is not known may have been made on another hub a moment ago, so it is looked for once more before it is refused. Whoever sends many that nobody made waits
/// with all others for one look, a few times a second.
/// </summary>
internal sealed partial class NewKeys(AccessKeys keys, KeyStore store)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private Task? looking;

    public Task LookAsync(HttpContext context)
    {
        var key = context.Request.Headers["Hub-Key"].FirstOrDefault() ?? Caller.Bearer(context);
        return key is null || !Shape().IsMatch(key) || keys.Find(key) is not null ? Task.CompletedTask : NextLook();
    }

    /// <summary>One that has not begun yet, so that it sees whatever is there now.</summary>
    private Task NextLook()
    {
        lock (gate) return looking ??= LookAsync();
    }

    private async Task LookAsync()
    {
        await Task.Delay(Moment);
        lock (gate) looking = null;
        try
        {
            await store.RefreshAsync(CancellationToken.None);
        }
        catch (Exception away) when (away is Storage.DatabaseUnavailableException or System.Data.Common.DbException)
        {
            // Then the keys stay as they were known last.
        }
    }

    [GeneratedRegex("^[ps]k_[0-9a-f]{64}$")]
    private static partial Regex Shape();
}
