using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Composable.Hub.Tests.Operations;

/// <summary>Takes what an exporter sends, on loopback.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<(string Path, string Body)> received = Channel.CreateUnbounded<(string, string)>();

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> kept = new();

    public Collector()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        listener.Prefixes.Add(Url + "/");
        listener.Start();
        _ = ReceiveAsync();
    }

    public string Url { get; }

    /// <summary>The first batch that tells of this; shops of other tests may send theirs too.</summary>
    public async Task<(string Path, string Body)> FirstAsync(string about)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var batch in received.Reader.ReadAllAsync(limit.Token))
            if (batch.Body.Contains(about, StringComparison.Ordinal)) return batch;
        throw new InvalidOperationException("The collector was closed.");
    }

    /// <summary>Everything that came so far.</summary>
    public string All => string.Concat(kept);

    public void Dispose() => listener.Close();

    private async Task ReceiveAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
            var body = await reader.ReadToEndAsync();
            kept.Enqueue(body);
            received.Writer.TryWrite((context.Request.Url!.AbsolutePath, body));
            context.Response.Close();
        }
    }
}
