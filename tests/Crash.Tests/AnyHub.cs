namespace Crash.Tests;

/// <summary>Sends each request, and each repetition of one, to any of the hubs, as a load balancer does that has not noticed a death yet.</summary>
internal sealed class AnyHub(IReadOnlyList<Uri> hubs) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(hubs[Random.Shared.Next(hubs.Count)], request.RequestUri!.PathAndQuery);
        return base.SendAsync(request, cancellationToken);
    }
}
