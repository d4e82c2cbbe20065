namespace Composable.Sandbox.Stripe;

internal static class Notices
{
    public static StripeEvent Of(string type, long now, StripeCall call) =>
        new(Ids.New("evt_"), type, now, call.RequestId, call.IdempotencyKey);
}
