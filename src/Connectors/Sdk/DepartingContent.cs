using System.Net;

namespace Composable.Connectors.Sdk;

/// <summary>A request body that remembers whether anyone began to read it. Until then no complete request can have left this process.</summary>
/// <remarks>
/// This is what makes "certainly not sent" provable: handlers that wait, limit, break a circuit or fail to connect never touch the body,
/// and whatever does touch it (the socket, a retry's copy, a log) counts as departure, so that a mistake is always on the careful side.
/// </remarks>
internal sealed class DepartingContent : HttpContent
{
    private readonly HttpContent _inner;
    private volatile bool _departed;

    private DepartingContent(HttpContent inner)
    {
        _inner = inner;
        foreach (var header in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(header.Key, header.Value);
    }

    public bool Departed => _departed;

    public static DepartingContent PutIn(HttpRequestMessage request)
    {
        var departing = new DepartingContent(request.Content ?? new ByteArrayContent([]));
        request.Content = departing;
        return departing;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _departed = true;
        return _inner.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
