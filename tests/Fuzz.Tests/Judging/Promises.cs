using Fuzz.Tests.People;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Judging;

/// <summary>What the hub owes this caller, who knows what it was given before: other people's things stay closed, and conditions are kept.</summary>
internal static class Promises
{
    public const string StaleTag = "stale tag";

    private static readonly Dictionary<string, string> Kinds = new() { ["carts"] = "cart", ["checkouts"] = "checkout", ["orders"] = "order" };

    public static IEnumerable<Verdict> Judge(Draft draft, Things things, Answer answer)
    {
        if (answer.Status is < 200 or >= 300 || About(draft, things) is not { } thing) yield break;
        var isReplay = answer.Header("Idempotent-Replayed") is not null;
        var isOfStorefront = draft.Segments[0] == "v1" && !HasSecretKey(draft);
        if (isOfStorefront && thing.Session is { } session && Customers.Session(draft) != session) yield return new("whose it is", $"{thing.Id} was opened without its customer's session");
        if (isOfStorefront && thing.Session is null && thing.Token is { } token && draft.Header("Hub-Cart-Token") != token) yield return new("whose it is", $"{thing.Id} was opened with another's token");
        if (draft.Method is not ("GET" or "HEAD") && draft.Bent is [StaleTag] && thing.OldETag is { } old && draft.Header("If-Match") == old && !isReplay) yield return new("If-Match", $"{old} was taken where {thing.ETag} is known");
    }

    public static bool HasSecretKey(Draft draft) => draft.Header("Hub-Key") == "sk_demo" || draft.Header("Authorization")?.Contains("sk_demo", StringComparison.Ordinal) == true;

    private static Thing? About(Draft draft, Things things) =>
        draft.Segments.Count > 2 && Kinds.TryGetValue(draft.Segments[1], out var kind) ? things.Find(kind, draft.Segments[2]) : null;
}
