using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Composable.Contracts;
using Composable.Hub.Access;

namespace Composable.Hub.Checkout;

/// <summary>Server-sent events: the checkout each time its status changes, until it is final.</summary>
internal static class CheckoutEvents
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static async Task<IResult> StreamAsync(string id, HttpContext context, CheckoutDesk desk, CheckoutViews views, TimeProvider clock, CancellationToken cancellationToken)
    {
        await desk.OwnedAsync(id, Caller.Of(context), cancellationToken);
        return TypedResults.ServerSentEvents(HttpMethods.IsHead(context.Request.Method)
            ? AsyncEnumerable.Empty<SseItem<CheckoutView>>()
            : FollowAsync(id, Caller.Of(context), desk, views, clock, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<CheckoutView>> FollowAsync(
        string id, Caller caller, CheckoutDesk desk, CheckoutViews views, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var seen = 0L;
        while (clock.GetElapsedTime(started) < Longest)
        {
            var (session, cart) = await desk.OwnedAsync(id, caller, cancellationToken);
            if (session.Version != seen) yield return new(await views.ViewAsync(session, cart, null, cancellationToken), session.Status);
            seen = session.Version;
            if (session.Status is CheckoutSession.Completed or CheckoutSession.Canceled or CheckoutSession.Expired or CheckoutSession.Ready) yield break;
            await Task.Delay(Look, cancellationToken);
        }
    }
}
