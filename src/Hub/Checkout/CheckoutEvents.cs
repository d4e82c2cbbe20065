using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Http;

namespace Composable.Hub.Checkout;

/// <summary>Server-sent events: the checkout each time its status changes, until it is final.</summary>
internal static class CheckoutEvents
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
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
            if (await LookAsync(id, caller, desk, cancellationToken) is not var (session, cart)) yield break;
            if (session.Version != seen) yield return new(await views.ViewAsync(session, cart, null, cancellationToken), session.Status);
            seen = session.Version;
            if (session.Status is CheckoutSession.Completed or CheckoutSession.Canceled or CheckoutSession.Expired or CheckoutSession.Ready) yield break;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Null once it is not the caller's any more, such as when a guest has signed in and taken the cart along: then there is nothing more to hear.</summary>
    private static async Task<(CheckoutSession Session, Cart Cart)?> LookAsync(string id, Caller caller, CheckoutDesk desk, CancellationToken cancellationToken)
    {
        try
        {
            return await desk.OwnedAsync(id, caller, cancellationToken);
        }
        catch (RefusedException)
        {
            return null;
        }
    }
}
