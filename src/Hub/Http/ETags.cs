using System.Globalization;

namespace Composable.Hub.Http;

/// <summary>Versions as entity tags, and the preconditions that go with them.</summary>
internal static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>412 when the request was made for another version; null when it has no condition or meets it.</summary>
    public static Refusal? Check(HttpContext context, long version)
    {
        var wanted = context.Request.Headers.IfMatch;
        return wanted.Count == 0 || Matches(wanted.ToString(), version)
            ? null
            : new(412, "precondition_failed", "This has changed since you read it.") { ETag = Of(version) };
    }

    /// <summary>Like <see cref="Check"/>, where a condition must be given.</summary>
    public static Refusal? Require(HttpContext context, long version) => context.Request.Headers.IfMatch.Count == 0
        ? new(428, "precondition_required", "Say with If-Match which version this changes.") { ETag = Of(version) }
        : Check(context, version);

    /// <summary>A 200 with its tag, or 304 when the caller has this version already.</summary>
    public static IResult Answer<T>(HttpContext context, long version, T view)
    {
        var tag = Of(version);
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch is { Count: > 0 } known && Matches(known.ToString(), version) ? Results.StatusCode(304) : Results.Json(view, Json.Options);
    }

    private static bool Matches(string header, long version)
    {
        var tag = Of(version);
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries)) if (part == "*" || part == tag || part == "W/" + tag) return true;
        return false;
    }
}
