using System.Globalization;
using System.Text.Json;
using Composable.Connectors.Remote;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Tests.Remote;

/// <summary>Any client behind the connector protocol, on a free port: what the hub sends is checked, done by the client, and answered with a signature.</summary>
internal sealed class RemoteHost : IAsyncDisposable
{
    private readonly string _secret;
    private readonly Dictionary<string, Func<byte[], CancellationToken, Task<byte[]>>> _operations = [];
    private readonly WebApplication _app;

    private RemoteHost(IPort port, string secret, RemoteManifest manifest)
    {
        _secret = secret;
        _operations["/manifest"] = (_, _) => Task.FromResult(JsonSerializer.SerializeToUtf8Bytes(manifest, RemoteJson.Options));
        RemoteServing.Serve(this, port);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapFallback(AnswerAsync);
    }

    public string Address => _app.Urls.First();

    public IEnumerable<string> Paths => _operations.Keys;

    public IReadOnlyList<(string Path, string? Key)> Asked => [.. _asked];

    private readonly System.Collections.Concurrent.ConcurrentQueue<(string, string?)> _asked = new();

    public static async Task<RemoteHost> StartAsync(IPort port, string secret, RemoteManifest manifest)
    {
        var host = new RemoteHost(port, secret, manifest);
        await host._app.StartAsync();
        return host;
    }

    public void On<TRequest, TAnswer>(RemoteOperation<TRequest, TAnswer> operation, Func<TRequest, CancellationToken, Task<TAnswer>> serve)
        where TRequest : class
        where TAnswer : class =>
        _operations[operation.Path] = async (body, cancellationToken) =>
        {
            var call = JsonSerializer.Deserialize(body, RemoteJson.Of<RemoteCall<TRequest>>())!;
            return JsonSerializer.SerializeToUtf8Bytes(await serve(call.Request, cancellationToken), RemoteJson.Of<TAnswer>());
        };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var (body, key) = (buffer.ToArray(), Header(http, "Idempotency-Key"));
        var (time, nonce) = (Header(http, RemoteSignature.TimeHeader) ?? "", Header(http, RemoteSignature.NonceHeader) ?? "");
        if (Header(http, RemoteSignature.SignatureHeader) != RemoteSignature.OfRequest(_secret, time, nonce, http.Request.Method, http.Request.Path, key, body))
        {
            http.Response.StatusCode = 401;
            return;
        }

        _asked.Enqueue((http.Request.Path, key));
        var (status, answer) = await DoAsync(http.Request.Path, body, http.RequestAborted);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        http.Response.StatusCode = status;
        http.Response.Headers[RemoteSignature.KeyHeader] = RemoteSignature.KeyId(_secret);
        http.Response.Headers[RemoteSignature.TimeHeader] = now;
        http.Response.Headers[RemoteSignature.SignatureHeader] = RemoteSignature.OfAnswer(_secret, now, nonce, status, answer);
        http.Response.ContentType = status == 200 ? "application/json" : "application/problem+json";
        await http.Response.Body.WriteAsync(answer, http.RequestAborted);
    }

    private async Task<(int Status, byte[] Answer)> DoAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        if (!_operations.TryGetValue(path, out var operation)) return (404, []);
        try
        {
            return (200, await operation(body, cancellationToken));
        }
        catch (VendorException failure)
        {
            var problem = new RemoteProblem(failure.Failure, failure.RetryAfter is { } wait ? (int)wait.TotalSeconds : null);
            return (422, JsonSerializer.SerializeToUtf8Bytes(problem, RemoteJson.Options));
        }
    }

    private static string? Header(HttpContext http, string name) => http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
