using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Composable.Hub.Http;

/// <summary>Versions as entity tags, and the preconditions that go with them.</summary>
internal static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>The tag of a thing that shows its version; null when it shows none.</summary>
    public static string? In(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("version"u8);
            reader.Read();
            if (found && reader.TryGetInt64(out var version)) return Of(version);
            reader.Skip();
        }

        return null;
    }

    /// <summary>412 when the request was made for another version; null when it has no condition or meets it.</summary>
    public static Refusal? Check(HttpContext context, long version) => Check(context, Of(version));

    /// <summary>Like <see cref="Check(HttpContext, long)"/>, where a condition must be given.</summary>
    public static Refusal? Require(HttpContext context, long version) => Require(context, Of(version));

    public static Refusal? Require(HttpContext context, string tag) => context.Request.Headers.IfMatch.Count == 0
        ? new(428, "precondition_required", "Say with If-Match which version this changes.") { ETag = tag }
        : Check(context, tag);

    /// <summary>
    /// Like <see cref="Require(HttpContext, long)"/>, for commands of staff such as a refund. They name amounts and carry a key, so a shop may let them go without a
    /// version: <c>Access:CommandsNeedIfMatch</c>, true by default.
    /// </summary>
    public static Refusal? ForCommand(HttpContext context, long version) =>
        context.RequestServices.GetRequiredService<IConfiguration>().GetValue("Access:CommandsNeedIfMatch", true) ? Require(context, version) : Check(context, version);

    /// <summary>Like <see cref="Require(HttpContext, long)"/> for what may not be there yet: then nothing is required, and a condition cannot be met.</summary>
    public static Refusal? RequireOrAbsent(HttpContext context, long? version) => version is { } there ? Require(context, there)
        : context.Request.Headers.IfMatch.Count == 0 ? null : new(412, "precondition_failed", "There is nothing yet that this could change.");

    /// <summary>A 200 with its tag, or 304 when the caller has this version already.</summary>
    public static IResult Answer<T>(HttpContext context, long version, T view) => Answer(context, Of(version), () => Results.Json(view, Json.Options));

    /// <summary>The same for what is put together from several tables and has no version of its own: its content is its tag.</summary>
    public static IResult AnswerByContent<T>(HttpContext context, T view)
    {
        var json = Json.Write(view);
        return Answer(context, OfContent(json), () => Results.Text(json, "application/json", Encoding.UTF8));
    }

    public static string OfContent(string json) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(0, 12))}\"";

    private static Refusal? Check(HttpContext context, string tag) =>
        context.Request.Headers.IfMatch is { Count: > 0 } wanted && !Matches(wanted.ToString(), tag) ? new(412, "precondition_failed", "This has changed since you read it.") { ETag = tag } : null;

    private static IResult Answer(HttpContext context, string tag, Func<IResult> answer)
    {
        context.Response.Headers.ETag = tag;
        return context.Request.Headers.IfNoneMatch is { Count: > 0 } known && Matches(known.ToString(), tag) ? Results.StatusCode(304) : answer();
    }

    public static bool Matches(string header, string tag)
    {
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries)) if (part == "*" || part == tag || part == "W/" + tag) return true;
        return false;
    }
}
