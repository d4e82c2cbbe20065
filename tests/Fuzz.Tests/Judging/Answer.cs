using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Judging;

/// <summary>What came back, or what kept it from coming.</summary>
internal sealed record Answer(int Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string? Failure { get; init; }

    public bool IsBroken { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Null when the body is no JSON.</summary>
    public JsonNode? Json
    {
        get
        {
            try
            {
                return ContentType?.Contains("json", StringComparison.Ordinal) == true && Body.Length > 0 ? JsonNode.Parse(Body) : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public static async Task<Answer> AskAsync(HttpClient http, Draft draft, Uri shop, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var request = draft.ToRequest(shop);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var type = response.Content.Headers.ContentType?.ToString();
            // A stream of events goes on for as long as the checkout lives.
            var body = type == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(deadline.Token);
            var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new((int)response.StatusCode, type, headers, body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nothing($"no answer in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return Nothing($"the connection broke: {broken.InnerException?.Message ?? broken.Message}") with { IsBroken = true };
        }
    }

    private static Answer Nothing(string why) => new(0, null, new Dictionary<string, string>(), "") { Failure = why };
}
