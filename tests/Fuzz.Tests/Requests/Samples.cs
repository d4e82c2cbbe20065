using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;

namespace Fuzz.Tests.Requests;

/// <summary>Makes values that a schema allows and that mean something to this shop, so that requests get past the first checks.</summary>
/// <param name="onlySpoiled">For staff, who would change what orders need.</param>
internal sealed class Samples(Things things, Random random, bool onlySpoiled = false)
{
    private const int Deepest = 8;

    private static readonly string[] Cards = ["pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_visa_chargeDeclined", "pm_card_authenticationRequired"];
    private static readonly string[] Consumers = ["sales-report", "search-index", "edge"];

    public string Sku() => Pick(!onlySpoiled && random.Next(3) > 0 ? Stock.Kept : Stock.Spoiled);

    public T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    public JsonNode? Of(JsonObject schema, JsonObject document, string name = "", string parent = "", int depth = 0)
    {
        schema = SchemaCheck.Resolve(schema, document);
        if (schema["oneOf"] is JsonArray choices)
        {
            var real = choices.Select(choice => choice!.AsObject()).Where(choice => choice["type"]?.ToJsonString() != "\"null\"").ToList();
            return real.Count < choices.Count && random.Next(6) == 0 ? null : Of(Pick(real), document, name, parent, depth);
        }

        if (schema["enum"] is JsonArray allowed) return Pick(allowed.ToList())?.DeepClone();
        var types = schema["type"] is { } type ? SchemaCheck.Types(type).ToList() : ["string"];
        if (types.Contains("null") && random.Next(8) == 0) return null;
        return types.Find(each => each != "null") switch
        {
            "object" => Members(schema, document, name, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Of(schema["items"]?.AsObject() ?? [], document, name, name, depth + 1))]),
            "integer" => Number(name),
            "number" => Math.Round(random.NextDouble(), 3),
            "boolean" => random.Next(2) == 0,
            _ => Text(name, parent),
        };
    }

    public string Text(string name, string parent = "") => name switch
    {
        "sku" or "skus" => Sku(),
        "cartId" => things.Any("cart", random)?.Id ?? "cart_none",
        "checkout" => things.Any("checkout", random)?.Id ?? "chk_none",
        "lineId" => LineOf(things.Any("cart", random)),
        "quoteToken" => (things.Any("checkout", random)?.Last["quote"] as JsonObject)?["token"]?.GetValue<string>() ?? "none",
        "deliveryOption" or "optionId" => Pick((string[])["standard", "express"]),
        "email" => Pick((string[])["ada@example.com", "b.o'neill+x@example.co.uk", "käthe@example.de"]),
        "currency" or "currencies" => Pick((string[])["USD", "EUR", "JPY"]),
        "countries" or "country" => Pick((string[])["US", "DE", "JP"]),
        "market" => parent is "routes" ? "GB" : Pick((string[])["US", "US", "DE", "JP"]),
        "code" => Pick(Stock.Codes),
        "kind" => Pick((string[])["percentage", "fixedAmount", "freeDelivery"]),
        "token" => Pick(Cards),
        "type" => "card",
        "returnUrl" => "https://shop.example/back",
        "connector" => Pick((string[])["manual", "embedded-search"]),
        "connection" or "use" => Pick((string[])["tax-tables", "tax-tables", "tax-tables", "taxjar", "manual"]),
        "id" => Connection(),
        "port" => Pick((string[])["tax", "tax", "tax", "payments", "search", "content"]),
        "consumer" => Pick(Consumers),
        "startsAt" or "endsAt" => Pick((string[])["2020-01-01T00:00:00Z", "2049-12-31T23:59:59Z"]),
        "tags" => Pick((string[])["catalogue", "product-KEPT1"]),
        "addresses" => "https://shop.example/v1/products",
        "status" => Pick((string[])["placed", "paid", "stored", "stuck", "completed"]),
        "format" => Pick((string[])["jsonl", "jsonl", "shopify-csv", "online-retail"]),
        "q" => Pick((string[])["thing", "kept under $40", "a thing called", "rot"]),
        "filter" => Pick((string[])["brand:Acme,Other", "available:true", "-category:none"]),
        "sort" => Pick((string[])["price", "-price", "newest"]),
        "mode" => Pick((string[])["auto", "lexical"]),
        "locale" => Pick((string[])["en", "de"]),
        _ => Pick((string[])["word", "Two words", "ünïcode"]),
    };

    /// <summary>Ten that nobody depends on, whatever becomes of them.</summary>
    public string Connection() => $"fuzz-{random.Next(10)}";

    public string LineOf(Thing? cart) => cart?.Last["lines"] is JsonArray { Count: > 0 } lines ? Pick(lines.ToList())!["id"]!.GetValue<string>() : "line_none";

    private JsonObject Members(JsonObject schema, JsonObject document, string name, int depth)
    {
        if (schema["properties"] is not JsonObject declared)
            return schema["additionalProperties"] is JsonObject each && depth < Deepest ? new() { [name is "details" ? "redirectResult" : "USD"] = Of(each, document, name, name, depth + 1) } : [];
        if (declared.ContainsKey("line1")) return Address(Pick((string[])["US", "DE", "JP"]));
        if (declared.ContainsKey("origins")) return new() { ["name"] = $"fuzz {random.Next(1_000_000)}", ["kind"] = "secret", ["scopes"] = new JsonArray("orders:read") };
        var required = (schema["required"]?.AsArray() ?? []).Select(member => member!.GetValue<string>()).ToHashSet();
        var made = new JsonObject();
        foreach (var (member, of) in declared)
        {
            if (!required.Contains(member) && (depth > Deepest || random.Next(5) < 2)) continue;
            made[member] = Of(of!.AsObject(), document, member, name, depth + 1);
        }

        return made;
    }

    public static JsonObject Address(string country) => country switch
    {
        "DE" => new() { ["name"] = "Ada Byron", ["line1"] = "Lindenweg 1", ["city"] = "Berlin", ["postalCode"] = "10115", ["country"] = "DE" },
        "JP" => new() { ["name"] = "Ada Byron", ["line1"] = "1-1", ["city"] = "Tokyo", ["postalCode"] = "100-0001", ["country"] = "JP" },
        _ => new() { ["name"] = "Ada Byron", ["line1"] = "1 Main St", ["city"] = "Austin", ["region"] = "TX", ["postalCode"] = "78701", ["country"] = "US" },
    };

    private long Number(string name) => name switch
    {
        "overlapSeconds" => random.Next(60),
        "quantity" => 1 + random.Next(3),
        "percent" => 1 + random.Next(100),
        "calls" => 50,
        "onHand" => 1_000 + random.Next(1_000),
        "limit" => 1 + random.Next(100),
        _ => 1 + random.Next(5_000),
    };

}
