using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Judging;

internal sealed record Verdict(string Oracle, string Detail);

/// <summary>What must hold of every answer, whatever was asked.</summary>
internal static partial class Oracles
{
    /// <summary>
    /// An operation's <c>default</c> answer is a problem of any of these: the ones that the rules of the API name, and those of business answers. The
    /// others, such as 406 or 416, nobody has promised.
    /// </summary>
    private static readonly int[] Problems = [400, 401, 402, 403, 404, 405, 409, 412, 413, 414, 415, 422, 428, 429, 431];

    private static readonly string[] OfSuccess = ["Location", "Set-Cookie"];

    /// <param name="operation">Where the request leads by the contract; null when nowhere.</param>
    public static IEnumerable<Verdict> Judge(Draft draft, Operation? operation, Operation meant, Answer answer)
    {
        if (answer.Failure is { } failure) return answer.IsBroken && draft.MayBeCutOff ? [] : [new("answers in time", failure)];
        if (IsOfTheServerItself(draft, answer)) return [];
        return new[] { Failed(answer), Trace(answer), Told(draft, answer) }
            .Concat(answer.Status >= 400 ? OfProblem(draft, meant, answer) : OfSuccessful(draft, operation, answer))
            .OfType<Verdict>();
    }

    /// <summary>See <see cref="Draft.NeverReachesTheHub"/>. Anything but Kestrel's own bare answer is judged like every other.</summary>
    private static bool IsOfTheServerItself(Draft draft, Answer answer) =>
        draft.NeverReachesTheHub && answer is { Status: 400 or 414 or 431, Body.Length: 0 } && answer.Header("Trace-Id") is null;

    private static Verdict? Failed(Answer answer) => answer.Status >= 500 ? new("no failure", $"{answer.Status} {answer.Body}") : null;

    private static Verdict? Trace(Answer answer) => TraceId().IsMatch(answer.Header("Trace-Id") ?? "") ? null : new("Trace-Id", $"it is '{answer.Header("Trace-Id")}'");

    /// <summary>What a caller sent may be told back to him.</summary>
    private static Verdict? Told(Draft draft, Answer answer)
    {
        if (Inside().Match(answer.Body) is not { Success: true } inside) return null;
        var sent = draft.Target + string.Join('\n', draft.Headers) + (draft.Bytes() is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "");
        return sent.Contains(inside.Value, StringComparison.Ordinal) ? null : new("nothing of the inside", $"'{inside.Value}' in {answer.Body}");
    }

    private static IEnumerable<Verdict?> OfProblem(Draft draft, Operation meant, Answer answer)
    {
        if (answer.Status < 500 && !Problems.Contains(answer.Status)) yield return new("documented status", $"{answer.Status} is none of the general ones");
        if (answer.ContentType != "application/problem+json")
        {
            yield return new("problem+json", $"the type is {answer.ContentType ?? "not given"}, the body {answer.Body}");
            yield break;
        }

        if (answer.Status == 401 && answer.Header("WWW-Authenticate") is null) yield return new("header of the status", "401 without WWW-Authenticate");
        if (answer.Status == 405 && answer.Header("Allow") is null) yield return new("header of the status", "405 without Allow");
        if (answer.Status is 429 or 503 && answer.Header("Retry-After") is null) yield return new("header of the status", $"{answer.Status} without Retry-After");
        if (OfSuccess.FirstOrDefault(name => answer.Header(name) is not null) is { } stray) yield return new("header of the status", $"{stray} with a problem");
        if (draft.Method == "HEAD") yield break;
        var problem = answer.Json as JsonObject;
        var wrong = problem is null ? "no JSON" : SchemaCheck.Wrong(problem, meant.ProblemSchema, meant.Document);
        if (problem is null || wrong is not null)
        {
            yield return new("problem+json", $"{wrong}: {answer.Body}");
            yield break;
        }

        if (problem["status"]!.GetValue<int>() != answer.Status) yield return new("problem+json", $"{answer.Status} says of itself {problem["status"]}");
        if (problem["traceId"]!.GetValue<string>() != answer.Header("Trace-Id")) yield return new("Trace-Id", "header and body differ");
    }

    private static IEnumerable<Verdict?> OfSuccessful(Draft draft, Operation? operation, Answer answer)
    {
        if (answer.Status == 304 && draft.Header("If-None-Match") is not null)
        {
            if (answer.Body.Length > 0) yield return new("documented status", "304 with a body");
            yield break;
        }

        if (operation is null || !operation.Documents(answer.Status))
        {
            yield return new("documented status", $"{answer.Status} where {operation?.Name ?? "nothing"} is described");
            yield break;
        }

        if (draft.Method == "HEAD") yield break;
        if (operation.Content(answer.Status) is not var (type, schema))
        {
            if (answer.Body.Length > 0) yield return new("schema", $"a body where none is described: {answer.Body}");
            yield break;
        }

        if (answer.ContentType?.Split(';')[0] != type) yield return new("schema", $"the type is {answer.ContentType ?? "not given"} and not {type}");
        else if (type == "application/json" && answer.Json is not { } json) yield return new("schema", $"no JSON: {answer.Body}");
        else if (type == "application/json" && SchemaCheck.Wrong(answer.Json, schema, operation.Document) is { } wrong) yield return new("schema", wrong);
    }

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex TraceId();

    /// <summary>Frames of a stack, names of exceptions and libraries, statements, and paths of files.</summary>
    [GeneratedRegex(@"\bat [A-Z]\w+(\.\w+)+\(|\w+Exception\b|Npgsql|[Ss]qlite|SQLSTATE|\bSELECT .+ FROM\b|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bSystem\.[A-Z]|Composable\.Hub|(?<![\w:/])/(tmp|home|root|usr|var|src)/\w+|\.cs:line|[A-Z]:\\\w")]
    private static partial Regex Inside();
}
