using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

/// <summary>The delivery API of one space, or its preview API, which answers the same with drafts.</summary>
internal sealed class ContentfulApi(ContentfulSettings settings, HttpClient http, string address, string token)
{
    private const int MaxAnswer = 4 << 20;

    private readonly VendorHttp _http = new("Contentful", http, address) { MaxAnswerBytes = MaxAnswer, WaitHeader = "X-Contentful-RateLimit-Reset" };
    private readonly string _root = $"/spaces/{Uri.EscapeDataString(settings.SpaceId)}/environments/{Uri.EscapeDataString(settings.Environment)}";

    public async Task<(VendorAnswer Answer, T Body)> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken, params (string Name, string Value)[] query)
        where T : class
    {
        var answer = await SendAsync(path, query, cancellationToken);
        return answer.IsSuccess ? (answer, answer.Read(type)) : throw ContentfulErrors.Failure(answer);
    }

    /// <summary>Null when Contentful says that there is no such thing.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken, params (string Name, string Value)[] query)
        where T : class
    {
        var answer = await SendAsync(path, query, cancellationToken);
        return answer.IsSuccess ? answer.Read(type) : ContentfulErrors.IsNotFound(answer) ? null : throw ContentfulErrors.Failure(answer);
    }

    /// <summary>Null when the query is refused, as one with an old sync token is.</summary>
    public async Task<ContentfulSync?> SyncAsync(CancellationToken cancellationToken, params (string Name, string Value)[] query)
    {
        var answer = await SendAsync("/sync", query, cancellationToken);
        return answer.IsSuccess ? answer.Read(ContentfulJson.Default.ContentfulSync) : answer.Status is HttpStatusCode.BadRequest ? null : throw ContentfulErrors.Failure(answer);
    }

    private async Task<VendorAnswer> SendAsync(string path, (string Name, string Value)[] query, CancellationToken cancellationToken)
    {
        var asked = string.Join('&', query.Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At($"{_root}{path}?{asked}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
    }
}
