using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;

namespace Fuzz.Tests.Requests;

/// <summary>Sends a request once more, as it was or with another body under the same key, and holds the hub to what it promises of keys.</summary>
internal sealed class Repeating
{
    private const string Again = "the same once more", Other = "same key, another body";

    /// <summary>These have no effect that could happen twice, and remember nothing.</summary>
    private static readonly string[] WithoutEffect = ["POST /admin/configuration/plan", "POST /admin/connections/{id}/test"];

    private Draft? last;
    private Answer? first;

    /// <summary>Null when nothing was sent yet that could be repeated.</summary>
    public Draft? Next(Random random)
    {
        if (last is null) return null;
        var draft = last.Copy();
        draft.Bent.Clear();
        if (random.Next(3) == 0 && draft.Body is System.Text.Json.Nodes.JsonObject { Count: > 0 } members)
        {
            members.Remove(members.ElementAt(random.Next(members.Count)).Key);
            draft.Bent.Add(Other);
        }
        else draft.Bent.Add(Again);
        return draft;
    }

    public IEnumerable<Verdict> Judge(Draft draft, Answer answer)
    {
        if (draft.Bent.Contains(Other))
        {
            // It may also be refused for what is missing in it before anybody looks at the key.
            if (answer.Status is >= 200 and < 300) yield return new(Other, $"was taken: {answer.Status} {Start(answer.Body)}");
            yield break;
        }

        if (!draft.Bent.Contains(Again) || answer.Status is 0 or >= 500 || first is null) yield break;
        // Of somebody who was erased meanwhile, the remembered answer has forgotten who it was.
        if (answer.Body.Contains("@erased.invalid", StringComparison.Ordinal)) yield break;
        if (answer.Status != first.Status || answer.Body != first.Body) yield return new("same key, same answer", $"first {first.Status} {Start(first.Body)}, then {answer.Status} {Start(answer.Body)}");
        else if (answer.Header("Idempotent-Replayed") != "true") yield return new("same key, same answer", "a replay without Idempotent-Replayed");
    }

    /// <summary>Keeps what had an effect under a key. A 202 is not the last word.</summary>
    public void Remember(Draft draft, Operation meant, Answer answer)
    {
        if (draft.Bent.Count > 0 || draft.Header("Idempotency-Key") is null || answer.Status is < 200 or >= 300 or 202 || WithoutEffect.Contains(meant.Name)) return;
        (last, first) = (draft.Copy(), answer);
    }

    private static string Start(string text) => text.Length > 200 ? text[..200] : text;
}
