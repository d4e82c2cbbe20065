using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

/// <summary>Answers repeated requests.</summary>
internal static class Repeats
{
    /// <summary>
    /// Handlers take the key of their request before they judge anything and remember it in the commit of the effect. The usual first request
    /// pays nothing more: only when the commit finds the key there already, or the request would be refused, is it looked up, because the first
    /// one may be what moved the world. Then the first answer stands.
    /// </summary>
    public static RouteGroupBuilder AnsweringRepeats(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (call, next) =>
    {
        try
        {
            var result = await next(call);
            return result is RefusalResult { Refusal.Status: < 500 } && await FirstAnswerAsync(call.HttpContext) is { } first ? first : result;
        }
        catch (Exception error) when (error is RefusedException { Refusal.Status: < 500 } or DuplicateException { Table: IdempotencyKey.Table })
        {
            if (await FirstAnswerAsync(call.HttpContext) is { } first) return first;
            throw;
        }
    });

    private static async Task<Answer?> FirstAnswerAsync(HttpContext context) =>
        IdempotencyKeys.Known(context) is { } key ? await key.ReplayAsync(context.RequestServices.GetRequiredService<Database>(), context.RequestAborted) : null;
}
