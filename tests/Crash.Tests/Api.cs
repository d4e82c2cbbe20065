using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Crash.Tests;

/// <summary>An answer that is final: repeating the request would not change it.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string? ETag)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { MaxDepth = 32 };

    public bool Ok => (int)Status is >= 200 and < 300;
    public string Code => Ok ? "" : As<Problem>().Code;

    public T As<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body, Json) ?? throw new JsonException("null");
        }
        catch (JsonException broken)
        {
            throw new UnexpectedAnswerException($"{(int)Status} is not a {typeof(T).Name} ({broken.Message}): {Body[..Math.Min(Body.Length, 300)]}");
        }
    }
}

/// <summary>The hub said something the public API does not allow at that place.</summary>
internal sealed class UnexpectedAnswerException(string message) : Exception(message);

/// <summary>Calls as a careful client makes them: the same request with the same key, until an answer is final or patience ends.</summary>
internal sealed class Api(HttpClient http, TimeSpan patience)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    public Task<Answer> ShopAsync(HttpMethod method, string path, object? body, string? cartToken, CancellationToken cancellationToken, string? key = null) =>
        SendAsync(method, path, body, key, headers =>
        {
            headers.Add("Hub-Key", "pk_demo");
            if (cartToken is not null) headers.Add("Hub-Cart-Token", cartToken);
        }, cancellationToken);

    public Task<Answer> AdminAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken, string? key = null, string? ifMatch = null) =>
        SendAsync(method, path, body, key, headers =>
        {
            headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_demo");
            if (ifMatch is not null) headers.TryAddWithoutValidation("If-Match", ifMatch);
        }, cancellationToken);

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, object? body, string? key, Action<HttpRequestHeaders> identify, CancellationToken cancellationToken)
    {
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatience.CancelAfter(patience);
        var last = "nothing was answered";
        for (var attempt = 0; !impatience.IsCancellationRequested; attempt++)
        {
            var pause = TimeSpan.FromMilliseconds(Math.Min(50 << Math.Min(attempt, 4), 500));
            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, body.GetType()) };
                if (key is not null) request.Headers.Add("Idempotency-Key", key);
                identify(request.Headers);
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token);
                timeout.CancelAfter(CallTimeout);
                using var response = await http.SendAsync(request, timeout.Token);
                var answer = new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(timeout.Token), response.Headers.ETag?.ToString());
                if (!ShouldRepeat(answer)) return answer;
                last = $"{(int)answer.Status} {answer.Body}";
                pause = response.Headers.RetryAfter?.Delta ?? pause;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // No answer, or half of one: whether the request was carried out is what the key is for.
                last = broken.Message;
            }
            await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
        }
        cancellationToken.ThrowIfCancellationRequested();
        throw new UnexpectedAnswerException($"{method} {path} had no final answer in {patience.TotalSeconds:0} s; last: {last}");
    }

    private static bool ShouldRepeat(Answer answer) => answer.Status switch
    {
        HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => true,
        HttpStatusCode.Conflict => answer.Code == "idempotency_in_flight",
        _ => false,
    };
}
