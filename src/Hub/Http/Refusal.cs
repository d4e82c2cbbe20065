using Composable.Contracts;

namespace Composable.Hub.Http;

/// <summary>A clear no to a caller. It becomes the problem+json of the answer.</summary>
internal sealed record Refusal(int Status, string Code, string Detail)
{
    public IReadOnlyList<FieldError>? Errors { get; init; }
    public bool Retryable { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public Upstream? Upstream { get; init; }
    public QuoteView? OldQuote { get; init; }
    public QuoteView? NewQuote { get; init; }
    public IReadOnlyList<ShortLine>? Shortages { get; init; }

    /// <summary>With 412: the tag of what is there now.</summary>
    public string? ETag { get; init; }

    /// <summary>There is no such thing, or it is somebody else's; the answer does not tell which.</summary>
    public static Refusal NotFound(string what) => new(404, "not_found", $"There is no such {what}.");

    public static Refusal Invalid(string pointer, string code, string detail) =>
        new(400, "invalid_request", detail) { Errors = [new FieldError(pointer, code, detail)] };
}

/// <summary>A refusal as the answer of a handler.</summary>
internal sealed record RefusalResult(Refusal Refusal) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => ProblemAnswers.WriteAsync(httpContext, Refusal);
}

/// <summary>Carries a refusal out of code that cannot return one.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Detail)
{
    public Refusal Refusal { get; } = refusal;
}
