using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Fuzz.Tests.Judging;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>
/// The customers of all lanes. Each has a mark, which is in the e-mail address, the name and every address in the book, so that it is seen in an answer whose
/// things are in it.
/// </summary>
internal sealed partial class Customers
{
    /// <summary>By what a caller shows, a session's or a cart's token: whose mark it may read.</summary>
    private readonly ConcurrentDictionary<string, string> marks = new();

    /// <summary>A few sessions that were given out, for strangers to try.</summary>
    private readonly ConcurrentDictionary<int, string> sessions = new();

    private int given;

    public static string MarkOf(string unique) => $"mk{unique.Replace('-', 'x')}z";

    public static string? Session(Draft draft) =>
        draft.Header("Authorization") is { } header && header.StartsWith("Bearer cs_", StringComparison.Ordinal) ? header["Bearer ".Length..] : null;

    public void Opens(string token, string mark)
    {
        marks[token] = mark;
        if (token.StartsWith("cs_", StringComparison.Ordinal)) sessions[Interlocked.Increment(ref given) % 32] = token;
    }

    public string? Any(Random random) => sessions.IsEmpty ? null : sessions.GetValueOrDefault(random.Next(32));

    /// <summary>Another's mark in an answer, which nobody but its customer, staff, and the guest who held the cart before may read.</summary>
    public Verdict? Judge(Draft draft, Answer answer)
    {
        if (answer.Status is < 200 or >= 300 || !answer.Body.Contains("mk", StringComparison.Ordinal) || Promises.HasSecretKey(draft)) return null;
        var (own, carts) = (MarkOf(Session(draft)), MarkOf(draft.Header("Hub-Cart-Token")));
        string? sent = null;
        foreach (var mark in Mark().EnumerateMatches(answer.Body))
        {
            var text = answer.Body.Substring(mark.Index, mark.Length);
            if (text == own || text == carts) continue;
            sent ??= draft.Target + string.Join('\n', draft.Headers) + (draft.Bytes() is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : "");
            if (!sent.Contains(text, StringComparison.Ordinal)) return new("whose it is", $"{own ?? "nobody"} was told of {text}: {answer.Body}");
        }

        return null;

        string? MarkOf(string? token) => token is null ? null : marks.GetValueOrDefault(token);
    }

    [GeneratedRegex("mkfuzzx[0-9]+x[0-9]+z")]
    private static partial Regex Mark();
}
