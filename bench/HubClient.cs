using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Composable.Bench;

/// <summary>An answer's status and body, and how long it took in the meter it was recorded to.</summary>
internal readonly record struct HubAnswer(HttpStatusCode Status, byte[] Body)
{
    public bool Ok => (int)Status is >= 200 and < 300;
}

/// <summary>Sends requests to the hub over shared connections and meters every answer.</summary>
internal sealed class HubClient(Uri hub, string key, TimeProvider clock, int connections) : IDisposable
{
    public const string Transport = "transport";
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = connections,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    });

    /// <summary>Sends one request. Null when it failed, which is then recorded as the status and problem code, or as <c>transport</c>.</summary>
    /// <param name="start">When the shopper meant to send it; the latency counts from here.</param>
    public async Task<byte[]?> SendAsync(StepMeter meter, long start, HttpMethod method, string path, byte[]? body, string? cartToken,
        CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        try
        {
            using var request = Request(method, path, body);
            request.Headers.TryAddWithoutValidation("Hub-Key", key);
            AddIfPresent(request, "Hub-Cart-Token", cartToken);
            AddIfPresent(request, "Idempotency-Key", idempotencyKey);
            var answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.Ok && answer.Status != HttpStatusCode.Accepted)
            {
                meter.Succeeded(clock.GetElapsedTime(start));
                return answer.Body;
            }

            meter.Failed(Kind(answer));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            meter.Failed(Transport);
        }

        return null;
    }

    /// <summary>Sends one request with the secret key, outside the measurement.</summary>
    /// <exception cref="HttpRequestException">The hub did not answer with success.</exception>
    public async Task<byte[]> AdministerAsync(HttpMethod method, string path, byte[]? body, string secretKey, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secretKey);
        var answer = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.Ok ? answer.Body : throw new HttpRequestException($"{method} {path}: {Kind(answer)}");
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(method, new Uri(hub, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        }

        return request;
    }

    private async Task<HubAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return new HubAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
    }

    private static void AddIfPresent(HttpRequestMessage request, string header, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
    }

    private static string Kind(HubAnswer answer)
    {
        string? code;
        try
        {
            code = JsonPick.Text(answer.Body, "code"u8) ?? JsonPick.Text(answer.Body, "status"u8);
        }
        catch (JsonException)
        {
            code = "no_json";
        }

        return $"{(int)answer.Status} {code}".TrimEnd();
    }
}
