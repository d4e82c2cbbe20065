namespace Connectors.Tests.Kit;

/// <summary>The wire between a client and a simulated vendor, which can be cut on either side of the effect.</summary>
public sealed class Line() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    private int _answersToLose;
    private int _connectionsToRefuse;

    /// <summary>The vendor does as it is asked, and its next answers do not arrive. Reads get through.</summary>
    public void LoseAnswers(int count = 1) => _answersToLose = count;

    /// <summary>The next requests do not reach the vendor.</summary>
    public void RefuseConnections(int count = 1) => _connectionsToRefuse = count;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _connectionsToRefuse) >= 0) throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");
        var answer = await base.SendAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Get || Interlocked.Decrement(ref _answersToLose) < 0) return answer;
        answer.Dispose();
        throw new HttpRequestException(HttpRequestError.ResponseEnded, "reset");
    }
}
