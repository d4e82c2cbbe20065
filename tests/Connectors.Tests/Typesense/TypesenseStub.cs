using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Tests.Kit;
using NJsonSchema;

namespace Connectors.Tests.Typesense;

/// <summary>A Typesense that says what it is told to, and what is needed to talk to it.</summary>
internal sealed class TypesenseStub
{
    public const string Shape = """
        {"name":"products_g1","num_documents":2,"metadata":{"hub_index":"products","hub_generation":"g1","hub_fields":[
         {"name":"title","kind":"text","weight":5,"many":false,"facet":false,"sort":false,"optional":true},
         {"name":"description","kind":"text","weight":1,"many":false,"facet":false,"sort":false,"optional":true},
         {"name":"brand","kind":"keyword","weight":0,"many":false,"facet":true,"sort":false,"optional":true},
         {"name":"price","kind":"number","weight":0,"many":false,"facet":true,"sort":true,"optional":true},
         {"name":"available","kind":"flag","weight":0,"many":false,"facet":true,"sort":false,"optional":true}]}}
        """;

    public const string Nothing = """{"found":0,"hits":[],"facet_counts":[],"request_params":{"collection_name":"products_g1","per_page":10,"q":"x"}}""";

    public StubVendor Vendor { get; } = new();

    public static IReadOnlyList<SearchField> Fields { get; } =
    [
        new("title", SearchFieldKind.Text, Weight: 5, Optional: false), new("brand", SearchFieldKind.Keyword, Facet: true), new("tags", SearchFieldKind.Text, Weight: 2, Many: true),
        new("price", SearchFieldKind.Number, Facet: true, Sort: true), new("available", SearchFieldKind.Flag, Facet: true),
    ];

    public static SearchQuery Query(string text) => new("products", text, [], [], null, 10, null);

    public ISearch Client(string baseUrl = "https://search.example", string? rules = null) =>
        (ISearch)Vendors.Connect("typesense", new { apiKey = "key_canary", baseUrl, analyticsRules = rules }, Vendor.Client());

    public TypesenseStub Answers(string body)
    {
        Vendor.Answers(body);
        return this;
    }

    public TypesenseStub Answers(HttpStatusCode status, string message)
    {
        Vendor.Answers(status, $$"""{"message":"{{message}}"}""");
        return this;
    }

    /// <summary>The names and values in a request's address.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(StubRequest request) => request.Uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));

    public static async Task<JsonSchema> SchemaAsync(JsonDocument spec, string name)
    {
        // The schema itself at the root, and beside it those that it may mention.
        var schemas = JsonNode.Parse(spec.RootElement.GetProperty("components").GetProperty("schemas").GetRawText())!.AsObject();
        var root = schemas[name]!.DeepClone().AsObject();
        schemas.Remove("CollectionResponse");
        root["definitions"] = schemas;
        var text = root.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        return await JsonSchema.FromJsonAsync(text);
    }
}
