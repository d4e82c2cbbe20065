namespace Composable.Sandbox.Webhooks;

/// <summary>How badly notices travel. The default is at once, once, in order.</summary>
internal sealed record DeliveryManner(int DelayMs = 0, int Copies = 1, bool Shuffle = false, bool Drop = false);
