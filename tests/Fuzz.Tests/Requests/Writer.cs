using System.Globalization;
using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.People;

namespace Fuzz.Tests.Requests;

/// <summary>Writes good requests of any operation, from the document and from what the caller knows.</summary>
internal sealed class Writer(Things things, Random random, string unique)
{
    private static readonly string[] Routes = ["index", "outdoor", "summer", "none"];
    private readonly Samples samples = new(things, random);

    public Draft Any(Operation operation)
    {
        var about = About(operation);
        var draft = new Draft(operation.Name, operation.Method, operation.Segments.Select(segment => segment[0] == '{' ? Uri.EscapeDataString(Id(operation, segment.Trim('{', '}'), about)) : segment));
        foreach (var parameter in operation.Parameters.Where(each => each.Place == "query" && (each.Required || random.Next(3) == 0)))
            if (Query(operation, parameter) is { } value) draft.Query.Add((parameter.Name, Uri.EscapeDataString(value)));
        if (operation.TakesFile) AddFile(draft);
        else if (operation.Body is { } schema)
        {
            draft.Body = new Samples(things, random, operation.IsAdmin).Of(schema, operation.Document);
            draft.Body = StaffRequests.Mean(operation, draft.Body, things, random, unique);
            if (CustomerRequests.Concern(operation)) CustomerRequests.Mean(operation, draft.Body, things, random, unique);
            draft.ContentType = "application/json";
        }

        AddHeaders(draft, operation, about);
        return draft;
    }

    /// <summary>One with a body and a thing of the caller's choice.</summary>
    public Draft Of(Operation operation, Thing? about, JsonObject? body)
    {
        var draft = new Draft(operation.Name, operation.Method, operation.Segments.Select(segment => segment[0] == '{' ? about!.Id : segment)) { Body = body, ContentType = body is null ? null : "application/json" };
        AddHeaders(draft, operation, about, always: true);
        return draft;
    }

    private void AddHeaders(Draft draft, Operation operation, Thing? about, bool always = false)
    {
        if (operation.IsAdmin)
        {
            draft.Headers.Add(("Authorization", "Bearer sk_demo"));
            StaffRequests.Dress(draft, operation, things);
        }
        else
        {
            draft.Headers.Add(("Hub-Key", "pk_demo"));
            if (Token(draft, about) is { } token) draft.Headers.Add(("Hub-Cart-Token", token));
            CustomerRequests.Dress(draft, operation, things);
            if (Session(draft, operation, about) is { } session) draft.Set("Authorization", "Bearer " + session);
        }

        if (operation.Needs("Idempotency-Key") || (operation.Takes("Idempotency-Key") && (always || random.Next(2) == 0))) draft.Headers.Add(("Idempotency-Key", unique));
        if (operation.IsAdmin && (operation.Takes("If-Match") || operation.Path.EndsWith("/apply", StringComparison.Ordinal)))
        {
            // What is put for the first time has no version yet.
            if (operation.Method == "PUT" && random.Next(2) == 0) return;
            draft.Headers.Add(("If-Match", random.Next(4) > 0 ? about?.ETag ?? TagOfReading(operation) ?? "*" : "*"));
        }
        else if (operation.Takes("If-None-Match") && random.Next(5) == 0 && about?.ETag is { } known) draft.Headers.Add(("If-None-Match", known));
        if (operation.Takes("Hub-Market") && random.Next(4) == 0) draft.Headers.Add(("Hub-Market", samples.Text("market")));
    }

    /// <summary>What is not in the address is in the body: a checkout is made of a cart, and found by its order's.</summary>
    private string? Token(Draft draft, Thing? about) => about?.Token
        ?? ((draft.Body as JsonObject)?["cartId"]?.GetValue<string>() is { } cart ? things.Find("cart", cart)?.Token : null)
        ?? ((draft.Body as JsonObject)?["order"]?.GetValue<string>() is { } order ? things.Find("order", order)?.Token : null)
        ?? (draft.Query.Find(pair => pair.Name == "checkout").Value is { } checkout ? things.Find("checkout", checkout)?.Token : null);

    /// <summary>What is a customer's takes the session. Some new carts are made by customers.</summary>
    private string? Session(Draft draft, Operation operation, Thing? about) => about?.Session
        ?? ((draft.Body as JsonObject)?["cartId"]?.GetValue<string>() is { } cart ? things.Find("cart", cart)?.Session : null)
        ?? (operation.Name == "POST /v1/carts" && random.Next(5) == 0 ? things.Resident?.Session : null);

    private string? TagOfReading(Operation operation) => operation.Path.EndsWith("/apply", StringComparison.Ordinal) ? things.Tags.GetValueOrDefault("GET /admin/configuration") : null;

    private Thing? About(Operation operation) => operation.Segments.Contains("{id}") && KindOf(operation) is { } kind ? things.Any(kind, random) : null;

    private static string? KindOf(Operation operation) => operation.Segments[1] switch
    {
        "carts" => "cart",
        "checkouts" => "checkout",
        "orders" => "order",
        "products" => "product",
        "processes" => "process",
        "imports" => "import",
        "keys" => "key",
        "staff" => "member",
        "erasures" => "erasure",
        "connections" when operation.Method != "PUT" => "connection",
        _ => null,
    };

    private string Id(Operation operation, string name, Thing? about) => name switch
    {
        "id" when about is not null => about.Id,
        "id" when CustomerRequests.Concern(operation) => CustomerRequests.Id(operation, things, random),
        "id" => operation.Segments[1] is "connections" or "roles" ? samples.Connection() : operation.Segments[1] == "products" ? "kept1" : "none_1",
        "lineId" => samples.LineOf(about),
        "code" => samples.Text("code"),
        "route" => samples.Pick(Routes),
        // Nobody shops there, so that no route leads a journey astray.
        "market" => operation.Method == "PUT" ? "GB" : samples.Text("market"),
        "eventId" => things.Any(operation.Path.Contains("notices", StringComparison.Ordinal) ? "notice" : "letter", random)?.Id ?? "none_1",
        "connection" => "stripe",
        _ => samples.Text(name),
    };

    private string? Query(Operation operation, Parameter parameter) => parameter.Name switch
    {
        "cursor" => things.Cursors.GetValueOrDefault(operation.Name),
        "limit" => (1 + random.Next(100)).ToString(CultureInfo.InvariantCulture),
        "preview" => null,
        "category" => samples.Pick((string[])["shoes", "none"]),
        "status" => operation.Path switch { "/admin/orders" => "paid", "/admin/notices" => "applied", "/admin/erasures" => "by_hand", _ => "completed" },
        var name => samples.Text(name),
    };

    private void AddFile(Draft draft)
    {
        if (draft.Query.TrueForAll(pair => pair.Name != "format")) draft.Query.Add(("format", "jsonl"));
        ImportFiles.Put(draft, random);
    }
}
