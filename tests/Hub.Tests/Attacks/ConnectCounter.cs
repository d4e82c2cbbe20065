using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Composable.Hub.Connections;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Counts what this process begins to connect to: anything inside on port 443, and anything on the port that it listens on itself.</summary>
internal sealed class ConnectCounter : EventListener
{
    private const string Sockets = "System.Net.Sockets";
    private const int Https = 443;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int connects;

    public ConnectCounter()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var source in EventSource.GetSources().Where(source => source.Name == Sockets)) EnableEvents(source, EventLevel.Informational);
    }

    public int Port { get; }

    public int Connects => connects + (listener.Pending() ? 1 : 0);

    public override void Dispose()
    {
        listener.Dispose();
        base.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Sockets) EnableEvents(eventSource, EventLevel.Informational);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "ConnectStart" && eventData.Payload?[0] is string text && Read(text) is { } to && (to.Port == Port || (to.Port == Https && !EgressGuard.IsPublic(to.Address)))) Interlocked.Increment(ref connects);
    }

    /// <summary>Such as <c>InterNetwork:16:{1,187,127,0,0,1,…}</c>: the port's two bytes, and the address.</summary>
    private static IPEndPoint? Read(string text)
    {
        var bytes = text[(text.IndexOf('{', StringComparison.Ordinal) + 1)..].TrimEnd('}').Split(',').Select(part => byte.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var port = (bytes[0] << 8) + bytes[1];
        return text.StartsWith("InterNetworkV6", StringComparison.Ordinal) ? new(new IPAddress(bytes.AsSpan(6, 16)), port) : text.StartsWith("InterNetwork", StringComparison.Ordinal) ? new(new IPAddress(bytes.AsSpan(2, 4)), port) : null;
    }
}
