namespace Connectors.Tests.Sdk;

/// <summary>A body without end, which may also stop giving without closing.</summary>
internal sealed class EndlessStream : MemoryStream
{
    public long Given { get; private set; }

    public bool StopsAfterFirst { get; init; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (StopsAfterFirst && Given > 0) await Task.Delay(Timeout.Infinite, cancellationToken);
        Given += buffer.Length;
        buffer.Span.Fill((byte)' ');
        return buffer.Length;
    }
}
