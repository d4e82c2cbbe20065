using System.Text.Json.Nodes;
using Fuzz.Tests.People;

namespace Fuzz.Tests.Requests;

/// <summary>Something the hub made for this caller, with what opens it and its last known tags.</summary>
internal sealed class Thing(string id)
{
    public string Id { get; } = id;

    public string? Token { get; set; }

    /// <summary>Of the customer it belongs to, who alone opens it; null when it is a guest's.</summary>
    public string? Session { get; set; }

    public string? ETag { get; set; }

    /// <summary>The one before: a stale condition.</summary>
    public string? OldETag { get; set; }

    /// <summary>As it was last answered.</summary>
    public JsonObject Last { get; set; } = [];
}

/// <summary>What one caller has learned from answers. Bounded: the oldest is forgotten.</summary>
internal sealed class Things
{
    private const int Most = 12;
    private readonly Dictionary<string, List<Thing>> byKind = [];

    /// <summary>The last cursor of each list.</summary>
    public Dictionary<string, string> Cursors { get; } = [];

    /// <summary>Tags of what has no id of its own, by operation.</summary>
    public Dictionary<string, string> Tags { get; } = [];

    /// <summary>Whose session other requests use; null until somebody has registered.</summary>
    public Person? Resident { get; set; }

    /// <summary>Who may be signed out, changed and erased.</summary>
    public Person? Visitor { get; set; }

    /// <summary>Of somebody who works for the shop; null until they have signed in.</summary>
    public string? StaffSession { get; set; }

    /// <summary>The newest invitation.</summary>
    public string? Invitation { get; set; }

    /// <summary>Gives the session of some customer.</summary>
    public Func<Random, string?>? Strangers { get; init; }

    public Thing? Any(string kind, Random random) => byKind.GetValueOrDefault(kind) is { Count: > 0 } some ? some[random.Next(some.Count)] : null;

    public Thing? Find(string kind, string id) => byKind.GetValueOrDefault(kind)?.Find(thing => thing.Id == id);

    public Thing Know(string kind, string id)
    {
        if (!byKind.TryGetValue(kind, out var some)) byKind[kind] = some = [];
        if (some.Find(thing => thing.Id == id) is { } known) return known;
        if (some.Count == Most) some.RemoveAt(0);
        some.Add(new(id));
        return some[^1];
    }

    /// <summary>What the token opened is a customer's now.</summary>
    public void Forget(string token)
    {
        foreach (var some in byKind.Values) some.RemoveAll(thing => thing.Token == token);
    }

    /// <summary>Learns from a good answer what it is about and what is in its list.</summary>
    public void Learn(string operation, JsonNode? json, string? etag, string? token, string? session = null)
    {
        if (etag is not null) Tags[operation] = etag;
        if (json is not JsonObject answer) return;
        if (answer["items"] is JsonArray items)
        {
            if (answer["nextCursor"]?.GetValueKind() == System.Text.Json.JsonValueKind.String) Cursors[operation] = answer["nextCursor"]!.GetValue<string>();
            foreach (var item in items.OfType<JsonObject>().Take(4)) LearnOne(operation, item, null, null, session);
            return;
        }

        LearnOne(operation, answer, etag, token, session);
    }

    private void LearnOne(string operation, JsonObject answer, string? etag, string? token, string? session)
    {
        if (Text(answer, "eventId") is { } eventId) Know(operation.Contains("notices", StringComparison.Ordinal) ? "notice" : "letter", eventId).Last = answer.DeepClone().AsObject();
        if (Text(answer, "id") is not { } id || KindOf(id, operation) is not { } kind || StaffRequests.IsCrew(answer)) return;
        var thing = Know(kind, id);
        if (etag is not null && etag != thing.ETag) (thing.OldETag, thing.ETag) = (thing.ETag, etag);
        thing.Token = Text(answer, "token") ?? thing.Token ?? token;
        thing.Session ??= token is null && thing.Token is null ? session : null;
        thing.Last = answer.DeepClone().AsObject();
        if (kind != "checkout" || Text(answer, "orderId") is not { } orderId) return;
        var order = Know("order", orderId);
        (order.Token, order.Session) = (order.Token ?? thing.Token, order.Session ?? thing.Session);
    }

    private static string? KindOf(string id, string operation) => id.Split('_')[0] switch
    {
        "cart" => "cart",
        "chk" => "checkout",
        "ord" => "order",
        "prc" => "process",
        "imp" => "import",
        "adr" => "address",
        "key" => "key",
        "stf" => "member",
        "era" => "erasure",
        _ when operation.EndsWith("/v1/products", StringComparison.Ordinal) => "product",
        _ when operation.EndsWith("/admin/connections", StringComparison.Ordinal) => "connection",
        _ => null,
    };

    private static string? Text(JsonObject members, string name) => members[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
