using System.Globalization;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Mutations;

/// <summary>Bends where a request goes and what it says beside the body: path, query, verb and headers.</summary>
internal static class AddressMutations
{
    private static readonly string[] Names = ["limit", "cursor", "nope", "market", "status", "$filter", "%00", "", "limit%5b%5d", "q", "format", "_method"];

    public static readonly IReadOnlyList<(string Name, Action<Draft, Operation, Things, Random> Bend)> All =
    [
        ("id", Id), ("id", Id), ("segment", Segment), ("parameter", Parameter), ("parameter", Parameter), ("parameter twice", Twice), ("stranger's cursor", Cursor),
        ("verb", (draft, _, _, random) => draft.Method = Pick(random, Nasty.Verbs)), ("header", Header), ("header", Header), ("header twice", HeaderTwice), ("no header", NoHeader), ("many headers", Many), (Judging.Promises.StaleTag, Stale), (Judging.Promises.StaleTag, Stale), ("another's token", Anothers), ("another's session", AnothersSession),
    ];

    private static void Id(Draft draft, Operation operation, Things things, Random random)
    {
        var places = Enumerable.Range(0, Math.Min(operation.Segments.Count, draft.Segments.Count)).Where(at => operation.Segments[at][0] == '{').ToList();
        if (places.Count == 0) Parameter(draft, operation, things, random);
        else draft.Segments[Pick(random, places)] = random.Next(5) == 0 ? things.Any(Pick(random, (string[])["cart", "checkout", "order", "process", "import"]), random)?.Id ?? "x" : Pick(random, Nasty.Ids);
    }

    private static void Segment(Draft draft, Operation operation, Things things, Random random)
    {
        if (draft.Segments.Count == 0) return;
        var at = random.Next(draft.Segments.Count);
        switch (random.Next(4))
        {
            case 0: draft.Segments.Insert(at, Pick(random, Nasty.Ids)); break;
            case 1: draft.Segments.Add(""); break;
            case 2: draft.Segments[at] = draft.Segments[at].ToUpperInvariant(); break;
            default: draft.Segments.RemoveAt(at); break;
        }
    }

    private static void Parameter(Draft draft, Operation operation, Things things, Random random)
    {
        var known = operation.Parameters.Where(parameter => parameter.Place == "query").Select(parameter => parameter.Name).ToList();
        var name = known.Count > 0 && random.Next(4) > 0 ? Pick(random, known) : Pick(random, Names);
        draft.Query.RemoveAll(pair => pair.Name == name);
        draft.Query.Add((name, Pick(random, Nasty.Queries)));
    }

    private static void Twice(Draft draft, Operation operation, Things things, Random random)
    {
        if (draft.Query.Count == 0) Parameter(draft, operation, things, random);
        draft.Query.Add((Pick(random, draft.Query).Name, Pick(random, Nasty.Queries)));
    }

    private static void Cursor(Draft draft, Operation operation, Things things, Random random)
    {
        if (things.Cursors.Count == 0) return;
        draft.Query.RemoveAll(pair => pair.Name == "cursor");
        draft.Query.Add(("cursor", Uri.EscapeDataString(things.Cursors.ElementAt(random.Next(things.Cursors.Count)).Value)));
    }

    private static void Header(Draft draft, Operation operation, Things things, Random random)
    {
        var (name, value) = Pick(random, Nasty.Headers);
        draft.Set(name, value);
    }

    private static void HeaderTwice(Draft draft, Operation operation, Things things, Random random)
    {
        if (draft.Headers.Count > 0) draft.Headers.Add(Pick(random, draft.Headers));
    }

    private static void NoHeader(Draft draft, Operation operation, Things things, Random random)
    {
        if (draft.Headers.Count > 0) draft.Headers.RemoveAt(random.Next(draft.Headers.Count));
    }

    private static void Many(Draft draft, Operation operation, Things things, Random random)
    {
        var count = Pick(random, [40, 80, 150]);
        for (var number = 0; number < count; number++) draft.Headers.Add(($"X-Many-{number.ToString(CultureInfo.InvariantCulture)}", "v"));
    }

    private static void Stale(Draft draft, Operation operation, Things things, Random random)
    {
        if (operation.Segments.Count > 2 && draft.Segments.Count > 2 && (things.Find("cart", draft.Segments[2]) ?? things.Find("checkout", draft.Segments[2]) ?? things.Find("order", draft.Segments[2])) is { OldETag: { } old }) draft.Set("If-Match", old);
    }

    /// <summary>The caller's own, of another of its carts: another guest could not do better.</summary>
    private static void Anothers(Draft draft, Operation operation, Things things, Random random)
    {
        if (things.Any("cart", random)?.Token is { } token) draft.Set("Hub-Cart-Token", token);
    }

    /// <summary>Only where it cannot sign out or erase the other one.</summary>
    private static void AnothersSession(Draft draft, Operation operation, Things things, Random random)
    {
        if (!operation.IsAdmin && !People.CustomerRequests.Concern(operation) && things.Strangers?.Invoke(random) is { } session) draft.Set("Authorization", "Bearer " + session);
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
