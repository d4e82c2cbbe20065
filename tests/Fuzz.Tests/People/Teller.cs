using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>What the stories of customers are told with: requests of one person, and what came back.</summary>
internal abstract class Teller(ApiContract contract, Customers customers)
{
    private IEnumerator<Draft>? told;

    /// <summary>A letter to wait for before the next request; whoever drives the story brings its proof.</summary>
    public (string Email, string Page)? Awaits { get; set; }

    public string? Proof { get; set; }

    protected Person Self { get; private set; } = new("nobody");

    protected JsonObject Last { get; private set; } = [];

    protected Random Random { get; private set; } = new(0);

    /// <summary>Differs from request to request.</summary>
    protected string Unique { get; private set; } = "";

    public Draft Next(Random random, string unique)
    {
        (Random, Unique) = (random, unique);
        if (told?.MoveNext() == true) return told.Current;
        Self = new(Customers.MarkOf(unique));
        told = Tell().GetEnumerator();
        told.MoveNext();
        return told.Current;
    }

    /// <summary>Goes on when the step was answered well, and begins again with somebody new otherwise.</summary>
    public void Take(int status, JsonNode? json)
    {
        if (status is < 200 or >= 300)
        {
            (told, Awaits) = (null, null);
            return;
        }

        Last = json as JsonObject ?? [];
        if (!Text("token").StartsWith("cs_", StringComparison.Ordinal)) return;
        (Self.Session, Self.SessionId) = (Text("token"), Text("id"));
        customers.Opens(Self.Session, Self.Mark);
    }

    protected abstract IEnumerable<Draft> Tell();

    protected Draft Ask(string name, JsonObject? body = null, string? id = null, string? cart = null, bool asGuest = false, string? market = null)
    {
        var operation = contract[name];
        var draft = new Draft(operation.Name, operation.Method, operation.Segments.Select(segment => segment[0] == '{' ? id! : segment)) { Body = body, ContentType = body is null ? null : "application/json" };
        if (!asGuest && Self.Session is { } session) draft.Set("Authorization", "Bearer " + session);
        if (draft.Headers.Count == 0 || Random.Next(2) == 0) draft.Set("Hub-Key", "pk_demo");
        if (cart is not null) draft.Set("Hub-Cart-Token", cart);
        if (market is not null) draft.Set("Hub-Market", market);
        if (operation.Needs("Idempotency-Key")) draft.Set("Idempotency-Key", Unique);
        return draft;
    }

    /// <summary>What this opens says who the person is.</summary>
    protected void Owns(string token) => customers.Opens(token, Self.Mark);

    protected Draft Register() => Ask("POST /v1/customers", new() { ["email"] = Self.Email, ["password"] = Self.Password, ["name"] = Self.Mark, ["consent"] = new JsonObject { ["marketing"] = true } }, asGuest: true);

    protected Draft SignIn(string? cartId = null, string? cart = null, string? strategy = null, bool again = false)
    {
        var body = new JsonObject { ["email"] = Self.Email, ["password"] = Self.Password, ["device"] = Self.Mark };
        if (cartId is not null) body["cartId"] = cartId;
        if (strategy is not null) body["strategy"] = strategy;
        return Ask("POST /v1/sessions", body, cart: cart, asGuest: !again);
    }

    protected string Text(string member) => Last[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
