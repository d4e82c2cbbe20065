using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>Whoever found a device that is still signed in should not be able to erase its owner, or to make themselves at home.</summary>
internal sealed class RecentSignIn(Database database)
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(15);

    public async Task<bool> IsOfAsync(Caller caller, CancellationToken cancellationToken) =>
        await database.CountAsync($"SELECT count(*) FROM customer_sessions WHERE id = {caller.Customer!.SessionId} AND created_at > {Sql.Now} - {(long)Within.TotalMilliseconds}", cancellationToken) > 0;

    /// <exception cref="RefusedException">The session is older.</exception>
    public async Task AssertAsync(Caller caller, string otherwise, CancellationToken cancellationToken)
    {
        if (!await IsOfAsync(caller, cancellationToken)) throw new RefusedException(new(403, "sign_in_again", otherwise));
    }
}
