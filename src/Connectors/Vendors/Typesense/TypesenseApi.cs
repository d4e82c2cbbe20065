using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Sends with the key, and puts parameters where Typesense wants them.</summary>
internal sealed class TypesenseApi(TypesenseSettings settings, HttpClient http)
{
    /// <summary>A full page with its highlights, or the list of all collections with what is kept about them.</summary>
    private const int LargestAnswer = 16 * 1024 * 1024;

    /// <summary>Servers and the proxies before them cut off longer ones.</summary>
    private const int LongestAddress = 3000;

    private readonly VendorHttp _http = new("Typesense", http, settings.BaseUrl) { MaxAnswerBytes = LargestAnswer };

    public Task<VendorAnswer> GetAsync(string path, CancellationToken cancellationToken) => CallAsync(HttpMethod.Get, path, VendorEffect.Reads, null, cancellationToken);

    public Task<VendorAnswer> DeleteAsync(string path, CancellationToken cancellationToken) => CallAsync(HttpMethod.Delete, path, VendorEffect.Changes, null, cancellationToken);

    public Task<VendorAnswer> SendAsync<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        CallAsync(method, path, VendorEffect.Changes, Content(JsonSerializer.SerializeToUtf8Bytes(body, type), "application/json"), cancellationToken);

    /// <summary>Documents as JSON lines.</summary>
    public Task<VendorAnswer> ImportAsync(string path, ArraySegment<byte> lines, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, path, VendorEffect.Changes, Content(lines, "application/octet-stream"), cancellationToken);

    /// <summary>Searches a collection or alias. Null when there is none of that name.</summary>
    public async Task<TypesenseResult?> SearchAsync(string collection, TypesenseSearch search, CancellationToken cancellationToken)
    {
        var path = $"/collections/{collection}/documents/search?{Parameters(search)}";
        if (path.Length > LongestAddress) return await SearchAtLengthAsync(search with { Collection = collection }, cancellationToken);
        var answer = await GetAsync(path, cancellationToken);
        if (TypesenseErrors.Is(answer, System.Net.HttpStatusCode.NotFound)) return null;
        return answer.IsSuccess ? Usable(answer, answer.Read(TypesenseJson.Default.TypesenseResult)) : throw TypesenseErrors.Failure(answer);
    }

    private async Task<TypesenseResult?> SearchAtLengthAsync(TypesenseSearch search, CancellationToken cancellationToken)
    {
        var content = Content(JsonSerializer.SerializeToUtf8Bytes(new TypesenseSearches([search]), TypesenseJson.Default.TypesenseSearches), "application/json");
        var answer = await CallAsync(HttpMethod.Post, "/multi_search", VendorEffect.Reads, content, cancellationToken);
        if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        var results = answer.Read(TypesenseJson.Default.TypesenseResults).Results;
        if (results is not [{ } result]) throw answer.Unusable("it has not one result for one search");
        return result.Code switch
        {
            404 => null,
            { } code => throw TypesenseErrors.Failure(answer, code),
            null => Usable(answer, result),
        };
    }

    private static TypesenseResult Usable(VendorAnswer answer, TypesenseResult result)
    {
        var whole = result is { Found: >= 0, Hits: { } hits } && hits.All(hit => hit?.Document is not null && TypesenseNames.IdOf(hit.Document.Id) is not null && hit.Highlights?.Contains(null!) != true)
            && (result.FacetCounts ?? []).All(facet => facet?.Counts.All(count => count is { Count: >= 0 }) == true);
        return whole ? result : throw answer.Unusable("it is not the result of a search");
    }

    private static string Parameters(TypesenseSearch search) => string.Join('&', JsonSerializer.SerializeToElement(search, TypesenseJson.Default.TypesenseSearch)
        .EnumerateObject().Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value.ToString())}"));

    private static ByteArrayContent Content(ArraySegment<byte> body, string type) =>
        new(body.Array!, body.Offset, body.Count) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private async Task<VendorAnswer> CallAsync(HttpMethod method, string path, VendorEffect effect, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _http.At(path)) { Content = content };
        request.Headers.TryAddWithoutValidation("X-TYPESENSE-API-KEY", settings.ApiKey);
        return await _http.SendAsync(request, effect, cancellationToken);
    }
}
