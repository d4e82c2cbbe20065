using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fuzz.Tests.Requests;

/// <summary>A request that is still being bent. Path and query are kept as they go over the wire.</summary>
internal sealed class Draft(string operation, string method, IEnumerable<string> segments)
{
    /// <summary>Kestrel's own bounds, which the hub leaves as they are.</summary>
    private const int MostHeaders = 90, MostHeaderBytes = 30_000, LongestTarget = 8_000;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public string Operation { get; } = operation;

    public string Method { get; set; } = method;

    public List<string> Segments { get; } = [.. segments];

    public List<(string Name, string Value)> Query { get; } = [];

    public List<(string Name, string Value)> Headers { get; } = [];

    public JsonNode? Body { get; set; }

    /// <summary>Stands in the body where something must go over the wire that no JSON writer writes.</summary>
    public Dictionary<string, string> Raw { get; } = [];

    /// <summary>Changes the text of the body as a whole, such as cutting it.</summary>
    public Func<string, string>? Reshape { get; set; }

    /// <summary>How the text becomes bytes; UTF-8 when null.</summary>
    public Func<string, byte[]>? Encode { get; set; }

    public string? ContentType { get; set; }

    /// <summary>What was done to it, in order.</summary>
    public List<string> Bent { get; } = [];

    public string Path => "/" + string.Join('/', Segments);

    public string Target => Path + (Query.Count == 0 ? "" : "?" + string.Join('&', Query.Select(pair => pair.Name.Length == 0 ? pair.Value : $"{pair.Name}={pair.Value}")));

    /// <summary>
    /// Kestrel answers these itself, with an empty 400, 414 or 431, before any code of the hub runs: NUL in the path, header values that are not UTF-8,
    /// an address or headers beyond its bounds. There is nobody who could write a problem.
    /// </summary>
    public bool NeverReachesTheHub => Path.Contains("%00", StringComparison.Ordinal) || Target.Length > LongestTarget || Headers.Count > MostHeaders
        || Headers.Sum(header => header.Name.Length + header.Value.Length + 4) > MostHeaderBytes || Headers.Any(header => header.Value.Any(unit => unit is > '~' or < ' '));

    /// <summary>
    /// The server may answer before it has read all of this, and closes: because the body is beyond what may be sent and nobody asks for it, as at 401, or
    /// because it never comes to the body. A client that is still writing may lose the answer, and the connection serves nobody else.
    /// </summary>
    public bool MayBeCutOff => NeverReachesTheHub || Bytes()?.Length > 1 << 20;

    public string? Header(string name) => Headers.Find(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public void Set(string name, string value)
    {
        Headers.RemoveAll(header => header.Name == name);
        Headers.Add((name, value));
    }

    public string Mark(string raw)
    {
        var mark = $"~raw{Raw.Count}~";
        Raw[$"\"{mark}\""] = raw;
        return mark;
    }

    public byte[]? Bytes()
    {
        if (Body is null && Reshape is null) return null;
        var text = Body?.ToJsonString(Plain) ?? "";
        foreach (var (mark, raw) in Raw) text = text.Replace(mark, raw, StringComparison.Ordinal);
        text = Reshape?.Invoke(text) ?? text;
        return Encode?.Invoke(text) ?? Encoding.UTF8.GetBytes(text);
    }

    public Draft Copy()
    {
        var copy = new Draft(Operation, Method, Segments) { Body = Body?.DeepClone(), Reshape = Reshape, Encode = Encode, ContentType = ContentType };
        copy.Query.AddRange(Query);
        copy.Headers.AddRange(Headers);
        copy.Bent.AddRange(Bent);
        foreach (var (mark, raw) in Raw) copy.Raw[mark] = raw;
        return copy;
    }

    public HttpRequestMessage ToRequest(Uri shop)
    {
        var request = new HttpRequestMessage(new(Method), new Uri(shop.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (Bytes() is { } bytes && Method is not "TRACE")
        {
            request.Content = new ByteArrayContent(bytes);
            if (ContentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        if (MayBeCutOff) request.Headers.ConnectionClose = true;
        foreach (var (name, value) in Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) Of(request).TryAddWithoutValidation(name, value);
        return request;
    }

    private static HttpContentHeaders Of(HttpRequestMessage request) => (request.Content ??= new ByteArrayContent([])).Headers;
}
