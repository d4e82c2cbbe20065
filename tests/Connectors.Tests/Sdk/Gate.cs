namespace Connectors.Tests.Sdk;

/// <summary>Stands where the hub's own handlers stand: it may fail without ever touching the request's body.</summary>
internal sealed class Gate(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
}
