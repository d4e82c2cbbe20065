using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

/// <summary>One effect and one answer for each key, however often the request is sent.</summary>
internal static class Once
{
    /// <summary>
    /// Runs a request whose commit remembers its answer. The usual first request pays nothing for its key: only when the commit finds the
    /// key taken, or the request would be refused, is it looked up, because the first one may be what moved the world.
    /// </summary>
    public static async Task<Answer> AnswerAsync(this IdempotencyKey? key, Database database, Func<Task<Answer>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (Exception error) when (key is not null && error is RefusedException or DuplicateException { Table: "idempotency_keys" })
        {
            if (await key!.ReplayAsync(database, cancellationToken) is { } first) return first;
            throw;
        }
    }
}
