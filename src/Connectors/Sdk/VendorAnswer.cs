using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Composable.Connectors.Sdk;

/// <summary>An answer that came back whole: 2xx, or a 4xx for the vendor's own error table.</summary>
public sealed class VendorAnswer
{
    private const int MaxDepth = 32;

    private readonly string _vendor;
    private readonly VendorEffect _effect;
    private readonly byte[] _body;
    private readonly HttpResponseHeaders _headers;

    internal VendorAnswer(string vendor, VendorEffect effect, HttpStatusCode status, HttpResponseHeaders headers, byte[] body)
    {
        (_vendor, _effect, _headers, _body) = (vendor, effect, headers, body);
        Status = status;
    }

    public HttpStatusCode Status { get; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The bytes as received; signatures are checked on them.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    /// <summary>Null when it is absent.</summary>
    public string? Header(string name) => _headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    /// <summary>The body as JSON. Throws what <see cref="Unusable"/> says when it is something else.</summary>
    public T Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Parse(type);
        }
        catch (JsonException wrong)
        {
            throw Unusable("its body is not what it documents", wrong);
        }
    }

    /// <summary>The body as lines of JSON, one value each; empty lines are passed over. Throws what <see cref="Unusable"/> says when it is something else.</summary>
    public IReadOnlyList<T> ReadLines<T>(JsonTypeInfo<T> type)
        where T : class
    {
        List<T> values = [];
        var options = new JsonReaderOptions { MaxDepth = MaxDepth };
        try
        {
            for (var rest = _body.AsSpan(); rest.Length > 0;)
            {
                var length = rest.IndexOf((byte)'\n') is >= 0 and var end ? end : rest.Length;
                var line = rest[..length].Trim(" \r\t"u8);
                if (line.Length > 0) values.Add(Parse(line, options, type));
                rest = rest[Math.Min(length + 1, rest.Length)..];
            }
        }
        catch (JsonException wrong)
        {
            throw Unusable("a line of its body is not what it documents", wrong);
        }

        return values;
    }

    /// <summary>The body as JSON, or null when it is something else, such as a proxy's error page.</summary>
    public T? TryRead<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Parse(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The failure for an answer that cannot be understood: it proves nothing, so a change is OutcomeUnknown and a read Transient.</summary>
    /// <param name="why">Completes "the answer is unusable: …". Nothing of the body goes in.</param>
    public VendorException Unusable(string why, Exception? inner = null)
    {
        // Whoever answers "no such route" has not run anything; it is the address that is wrong.
        var failure = Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed ? VendorFailure.Misconfigured
            : _effect is VendorEffect.Changes ? VendorFailure.OutcomeUnknown
            : VendorFailure.Transient;
        return Failed(failure, $"the answer is unusable: {why}", inner);
    }

    /// <summary>A failure by the vendor's own error table.</summary>
    /// <param name="why">Codes and field names only; the vendor's text may repeat what the shopper or the key said.</param>
    public VendorException Failed(VendorFailure failure, string why, Exception? inner = null) =>
        new(failure, $"{_vendor} answered {(int)Status}: {why}.", inner: inner);

    private T Parse<T>(JsonTypeInfo<T> type)
        where T : class => Parse(_body, new JsonReaderOptions { MaxDepth = MaxDepth }, type);

    private static T Parse<T>(ReadOnlySpan<byte> json, JsonReaderOptions options, JsonTypeInfo<T> type)
        where T : class
    {
        var reader = new Utf8JsonReader(json, options);
        var value = JsonSerializer.Deserialize(ref reader, type) ?? throw new JsonException("The answer is null.");
        return reader.Read() ? throw new JsonException("The answer goes on after its end.") : value;
    }
}
