using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Cloudflare;

/// <summary>Workers, Workers KV and the cache of one zone. Every change can be repeated: it says what is to be, not what is to be added.</summary>
internal sealed class CloudflareClient(CloudflareSettings settings, HttpClient http) : IEdge
{
    /// <summary>The name by which functions reach the values.</summary>
    private const string KeyValue = "KV";

    private const string Module = "worker.mjs";

    /// <summary>The behaviour of the runtime that functions were tested with.</summary>
    private const string CompatibilityDate = "2026-04-01";

    private static readonly JsonWriterOptions Lean = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly VendorHttp _http = new("Cloudflare", http, settings.BaseUrl) { MaxAnswerBytes = CloudflareBatches.MaxValueBytes + 1024 };
    private readonly string _values = $"/accounts/{settings.AccountId}/storage/kv/namespaces/{settings.NamespaceId}";

    public EdgeLimits Limits => CloudflareBatches.Limits;

    public async Task CheckAsync(CancellationToken cancellationToken) =>
        CloudflareErrors.Require(await SendAsync(HttpMethod.Get, $"{_values}/keys?limit=10", VendorEffect.Reads, null, cancellationToken));

    public async Task DeployAsync(EdgeFunction program, CancellationToken cancellationToken)
    {
        CloudflareBinding[] bindings =
        [
            new("kv_namespace", KeyValue, NamespaceId: settings.NamespaceId),
            .. program.Variables.Select(variable => new CloudflareBinding("plain_text", variable.Key, Text: variable.Value)),
        ];
        using var metadata = Json(new CloudflareMetadata(Module, CompatibilityDate, bindings, ["secret_text"]), CloudflareJson.Default.CloudflareMetadata);
        using var module = new StringContent(program.Source, new MediaTypeHeaderValue("application/javascript+module"));
        // Quoted and without filename*, as the standard for forms says and .NET by itself does not do.
        metadata.Headers.ContentDisposition = new("form-data") { Name = "\"metadata\"" };
        module.Headers.ContentDisposition = new("form-data") { Name = $"\"{Module}\"", FileName = $"\"{Module}\"" };
        using var form = new MultipartFormDataContent { metadata, module };
        var path = $"/accounts/{settings.AccountId}/workers/scripts/{Uri.EscapeDataString(settings.ScriptName is { Length: > 0 } name ? name : program.Name)}";
        CloudflareErrors.Require(await SendAsync(HttpMethod.Put, path, VendorEffect.Changes, form, cancellationToken));
    }

    public async Task WriteAsync(IReadOnlyList<EdgeEntry> entries, CancellationToken cancellationToken)
    {
        var last = CloudflareBatches.LastOfEachKey(entries);
        foreach (var batch in CloudflareBatches.Of(last.Where(entry => entry.Value is not null)))
            await BulkAsync(HttpMethod.Put, "bulk", batch, pair => pair.Key, CloudflareJson.Default.IReadOnlyListCloudflarePair, cancellationToken);
        foreach (var batch in last.Where(entry => entry.Value is null).Select(entry => entry.Key).Chunk(CloudflareBatches.MaxPairs))
            await BulkAsync(HttpMethod.Post, "bulk/delete", batch, key => key, CloudflareJson.Default.IReadOnlyListString, cancellationToken);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        EdgeLimits.CheckKey(key);
        var answer = await SendAsync(HttpMethod.Get, $"{_values}/values/{Uri.EscapeDataString(key)}", VendorEffect.Reads, null, cancellationToken);
        if (answer.IsSuccess) return answer.Body;
        return CloudflareErrors.IsNoSuchKey(answer) ? null : throw CloudflareErrors.Failure(answer);
    }

    public async Task PurgeAsync(IReadOnlyCollection<string> tags, IReadOnlyCollection<Uri> addresses, CancellationToken cancellationToken)
    {
        foreach (var batch in tags.Distinct().Chunk(CloudflareBatches.MaxPurge)) await PurgeAsync(new CloudflarePurge(batch, null), cancellationToken);
        foreach (var batch in addresses.Select(address => address.AbsoluteUri).Distinct().Chunk(CloudflareBatches.MaxPurge)) await PurgeAsync(new CloudflarePurge(null, batch), cancellationToken);
    }

    private async Task PurgeAsync(CloudflarePurge purge, CancellationToken cancellationToken)
    {
        using var body = Json(purge, CloudflareJson.Default.CloudflarePurge);
        CloudflareErrors.Require(await SendAsync(HttpMethod.Post, $"/zones/{settings.ZoneId}/purge_cache", VendorEffect.Changes, body, cancellationToken));
    }

    /// <summary>One bulk call, and once more what Cloudflare says did not get through.</summary>
    private async Task BulkAsync<T>(HttpMethod method, string path, IReadOnlyList<T> batch, Func<T, string> keyOf, JsonTypeInfo<IReadOnlyList<T>> type, CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            using var body = Json(batch, type);
            var answer = await SendAsync(method, $"{_values}/{path}", VendorEffect.Changes, body, cancellationToken);
            CloudflareErrors.Require(answer);
            var left = answer.Read(CloudflareJson.Default.CloudflareBulkAnswer).Result?.UnsuccessfulKeys ?? [];
            if (left.Count == 0) return;
            batch = [.. batch.Where(item => left.Contains(keyOf(item)))];
            if (again || batch.Count == 0) throw answer.Failed(VendorFailure.OutcomeUnknown, $"{left.Count} keys were not changed");
        }
    }

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Values are mostly JSON themselves: escaping each quotation mark as six letters would triple them.
        using (var writer = new Utf8JsonWriter(buffer, Lean)) JsonSerializer.Serialize(writer, body, type);
        return new ByteArrayContent(buffer.WrittenSpan.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private async Task<VendorAnswer> SendAsync(HttpMethod method, string path, VendorEffect effect, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _http.At(path)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiToken);
        return await _http.SendAsync(request, effect, cancellationToken);
    }
}
