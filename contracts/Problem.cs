using System.Text.Json.Serialization;

namespace Composable.Contracts;

/// <summary>Every error answer (RFC 9457).</summary>
public sealed record Problem
{
    public required string Type { get; init; }
    public required string Title { get; init; }
    public required int Status { get; init; }
    public required string Code { get; init; }
    public string? Detail { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool Retryable { get; init; }
    public required string TraceId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Upstream? Upstream { get; init; }

    /// <summary>With <c>quote_changed</c>: the offer that was asserted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuoteView? OldQuote { get; init; }

    /// <summary>With <c>quote_changed</c>: the offer that holds now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuoteView? NewQuote { get; init; }

    /// <summary>With <c>out_of_stock</c>: what is left of each line that is short.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShortLine>? Shortages { get; init; }
}

/// <param name="Pointer">JSON Pointer of the offending member; empty for the whole body.</param>
public sealed record FieldError(string Pointer, string Code, string Detail);

/// <param name="Kind"><c>declined</c>, <c>transient</c>, <c>rateLimited</c>, <c>misconfigured</c>, <c>rejected</c> or <c>outcomeUnknown</c>.</param>
public sealed record Upstream(string Connector, string Kind);

public sealed record ShortLine(string Sku, long Requested, long Available);

/// <summary>A business finding about a resource: something the shopper should know, but no error.</summary>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c> (blocks the purchase).</param>
public sealed record Message(string Severity, string Code, string Path, string Text);
