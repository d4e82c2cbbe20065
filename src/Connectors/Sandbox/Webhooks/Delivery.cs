namespace Composable.Sandbox.Webhooks;

/// <summary>One notice on its way to one address. <paramref name="Attempt"/> counts from 1.</summary>
/// <param name="Compose">Makes the request of one attempt, signed with the time it has then.</param>
/// <param name="Taken">Called once the receiver has answered with 2xx.</param>
internal sealed record Delivery(string Notice, Func<HttpRequestMessage> Compose, Action? Taken = null, int Attempt = 1);
