namespace Composable.Sandbox.Stripe.Webhooks;

/// <summary>One notice on its way to one address. <paramref name="Attempt"/> counts from 1.</summary>
internal sealed record Delivery(StripeEvent Event, StripeEntry Entry, Uri Address, string Secret, string? TraceParent, int Attempt = 1);
