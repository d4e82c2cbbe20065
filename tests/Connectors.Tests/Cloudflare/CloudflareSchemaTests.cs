using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Tests.Kit;
using NJsonSchema;

namespace Connectors.Tests.Cloudflare;

public sealed class CloudflareSchemaTests
{
    private const string Done = """{"success":true,"errors":[],"messages":[],"result":null}""";

    private readonly StubVendor _cloudflare = new();

    [Fact]
    public async Task Bodies_satisfy_the_vendors_own_schema()
    {
        using var spec = Specs.Open("cloudflare/openapi.json");
        if (spec is null) return;
        var edge = (IEdge)Vendors.Connect("cloudflare", new { apiToken = "t", accountId = "acc_1", zoneId = "zone_1", namespaceId = "ns_1" }, _cloudflare.Client());
        _cloudflare.Answers(Done).Answers(Done).Answers(Done).Answers(Done).Answers(Done);
        await edge.WriteAsync([new EdgeEntry("a/b", "text"u8.ToArray(), TimeSpan.FromMinutes(2)), new EdgeEntry("c", new byte[] { 0xFF }), new EdgeEntry("d", null)], CancellationToken.None);
        await edge.PurgeAsync(["product:1"], [new Uri("https://shop.example/a")], CancellationToken.None);
        await edge.DeployAsync(new EdgeFunction("shop-edge", "export default {};", new Dictionary<string, string> { ["HUB"] = "https://hub.example" }), CancellationToken.None);
        await ShouldSatisfyAsync(spec, _cloudflare.Requests[0].Body, "components/schemas/workersKvBulkWrite");
        await ShouldSatisfyAsync(spec, _cloudflare.Requests[1].Body, "components/schemas/workersKvBulkDelete");
        var purge = "paths/~1zones~1{zone_id}~1purge_cache/post/requestBody/content/application~1json/schema";
        await ShouldSatisfyAsync(spec, _cloudflare.Requests[2].Body, purge);
        await ShouldSatisfyAsync(spec, _cloudflare.Requests[3].Body, purge);
        var metadata = "paths/~1accounts~1{account_id}~1workers~1scripts~1{script_name}/put/requestBody/content/multipart~1form-data/schema/properties/metadata";
        await ShouldSatisfyAsync(spec, Parts(_cloudflare.Requests[4].Body)["metadata"], metadata);
    }

    /// <summary>The parts of a form by their names.</summary>
    internal static Dictionary<string, string> Parts(string form)
    {
        var boundary = form[..form.IndexOf("\r\n", StringComparison.Ordinal)];
        return form.Split(boundary, StringSplitOptions.RemoveEmptyEntries).Where(part => part.Contains("name=\"", StringComparison.Ordinal)).ToDictionary(
            part => part.Split("name=\"")[1].Split('"')[0], part => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..^2]);
    }

    private static async Task ShouldSatisfyAsync(JsonDocument spec, string body, string pointer)
    {
        var definitions = JsonNode.Parse(spec.RootElement.GetProperty("components").GetProperty("schemas").GetRawText())!.AsObject();
        // Of the kinds of bindings this copy of the description kept only the first.
        definitions["workersBindingItem"]!["properties"]!["type"]!.AsObject().Remove("enum");
        definitions["TheBody"] = JsonNode.Parse(pointer.Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal)).Aggregate(spec.RootElement, (at, step) => at.GetProperty(step)).GetRawText());
        var text = $$"""{"definitions":{{definitions.ToJsonString()}},"$ref":"#/definitions/TheBody"}""".Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        var schema = (await JsonSchema.FromJsonAsync(text)).ActualSchema;
        schema.Validate(body).ShouldBeEmpty($"{pointer}: {body}");
        using var json = JsonDocument.Parse(body);
        var (sample, known) = json.RootElement.ValueKind is JsonValueKind.Array ? (json.RootElement[0], schema.Item!.ActualSchema) : (json.RootElement, schema);
        if (sample.ValueKind is JsonValueKind.Object) sample.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(known.Properties.Keys);
    }
}
