using System.Net;
using System.Text;

namespace Connectors.Tests.Kit;

/// <summary>A vendor that says what it is told to, in order, and keeps what it was asked. Reads the request's body as a socket would.</summary>
public sealed class StubVendor
{
    private readonly Queue<Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>> _answers = new();

    public List<StubRequest> Requests { get; } = [];

    public StubVendor Answers(HttpStatusCode status, string body, string type = "application/json", params (string Name, string Value)[] headers)
    {
        _answers.Enqueue((_, _) =>
        {
            var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
            foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
            return Task.FromResult(answer);
        });
        return this;
    }

    public StubVendor Answers(string body) => Answers(HttpStatusCode.OK, body);

    public StubVendor AnswersWith(HttpContent content)
    {
        _answers.Enqueue((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content }));
        return this;
    }

    /// <summary>Takes the request in and then fails.</summary>
    public StubVendor Breaks(Exception how)
    {
        _answers.Enqueue((_, _) => Task.FromException<HttpResponseMessage>(how));
        return this;
    }

    /// <summary>Takes the request in and never answers.</summary>
    public StubVendor Hangs(Action? onceAsked = null)
    {
        _answers.Enqueue(async (_, cancellationToken) =>
        {
            onceAsked?.Invoke();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Cannot be reached.");
        });
        return this;
    }

    public HttpClient Client() => new(new Handler(this));

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        Requests.Add(new StubRequest(request.Method.Method, request.RequestUri!, headers, request.Content?.Headers.ContentType?.MediaType, body));
        return await _answers.Dequeue()(request, cancellationToken);
    }

    private sealed class Handler(StubVendor vendor) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => vendor.AnswerAsync(request, cancellationToken);
    }
}

public sealed record StubRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string? ContentType, string Body)
{
    /// <summary>The form fields, decoded.</summary>
    public IReadOnlyDictionary<string, string> Form => Body.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[1]));
}
