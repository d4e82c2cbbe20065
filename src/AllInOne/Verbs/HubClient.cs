using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Composable.AllInOne.Verbs;

/// <summary>The hub answered no.</summary>
internal sealed class HubRefusedException(HttpStatusCode status, string code, string detail) : Exception($"{(int)status} {code}: {detail}")
{
    public HttpStatusCode Status { get; } = status;
    public string Code { get; } = code;

    /// <summary>The same request may get another answer in a moment.</summary>
    public bool IsBusy => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable || Code == "idempotency_in_flight";
}

/// <summary>
/// Calls of a running hub. A busy hub, a broken connection or an answer that does not come is met by sending the same request again, with
/// the same idempotency key, for a bounded time.
/// </summary>
internal sealed class HubClient(HttpClient http, HubKeys keys)
{
    private const int Attempts = 12;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public Task<T> StorefrontAsync<T>(HttpMethod method, string path, object? body, string? cartToken, string? idempotencyKey, CancellationToken cancellationToken) =>
        SendAsync(() => Request(method, path, body, idempotencyKey, headers =>
        {
            headers.Add("Hub-Key", keys.Publishable);
            if (cartToken is not null) headers.Add("Hub-Cart-Token", cartToken);
        }), ReadAsync<T>, cancellationToken);

    public Task<T> AdminAsync<T>(HttpMethod method, string path, CancellationToken cancellationToken) =>
        SendAsync(() => Request(method, path, null, null, Authorize), ReadAsync<T>, cancellationToken);

    public Task<T> AdminAsync<T>(HttpMethod method, string path, object body, CancellationToken cancellationToken) =>
        SendAsync(() => Request(method, path, body, null, Authorize), ReadAsync<T>, cancellationToken);

    /// <summary>Posts for the effect alone, on whichever version; what the answer holds is not looked at.</summary>
    public Task AdminPostAsync(string path, object body, string idempotencyKey, CancellationToken cancellationToken) => SendAsync(() => Request(HttpMethod.Post, path, body, idempotencyKey, headers =>
    {
        Authorize(headers);
        headers.IfMatch.Add(EntityTagHeaderValue.Any);
    }), (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>Sends a body that cannot be sent twice, such as an upload; the caller bounds the time.</summary>
    public async Task<T> UploadAsync<T>(string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        Authorize(request.Headers);
        using var answer = await http.SendAsync(request, cancellationToken);
        return answer.IsSuccessStatusCode ? await ReadAsync<T>(answer, cancellationToken) : throw await RefusalAsync(answer, cancellationToken);
    }

    private void Authorize(HttpRequestHeaders headers) => headers.Authorization = new AuthenticationHeaderValue("Bearer", keys.Secret);

    private static HttpRequestMessage Request(HttpMethod method, string path, object? body, string? idempotencyKey, Action<HttpRequestHeaders> authorize)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: Json) };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        authorize(request.Headers);
        return request;
    }

    private async Task<T> SendAsync<T>(
        Func<HttpRequestMessage> make, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(CallTimeout);
            var pause = TimeSpan.FromMilliseconds(100 << Math.Min(attempt, 6));
            try
            {
                using var request = make();
                using var answer = await http.SendAsync(request, timeout.Token);
                if (answer.IsSuccessStatusCode) return await read(answer, timeout.Token);
                var refusal = await RefusalAsync(answer, timeout.Token);
                if (attempt == Attempts || !refusal.IsBusy) throw refusal;
                pause = answer.Headers.RetryAfter?.Delta ?? pause;
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                // The connection broke: whether the request was carried out is for the idempotency key to sort out.
            }
            catch (OperationCanceledException) when (attempt < Attempts && !cancellationToken.IsCancellationRequested)
            {
                // No answer in time: as above.
            }
            await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        await answer.Content.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new JsonException("The hub's answer is null.");

    private static async Task<HubRefusedException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        Refusal? refusal;
        try
        {
            refusal = await answer.Content.ReadFromJsonAsync<Refusal>(Json, cancellationToken);
        }
        catch (JsonException)
        {
            refusal = null;
        }
        return new HubRefusedException(answer.StatusCode, refusal?.Code ?? "unknown", refusal?.Detail ?? "The answer says no more.");
    }

    /// <summary>What this client needs of a problem; a proxy in between may send something else altogether.</summary>
    private sealed record Refusal(string? Code, string? Detail);
}
