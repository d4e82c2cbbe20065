using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Attacks;

/// <summary>A connector as staff see it, with settings that serve: made from its schema, so that a new one is tried without being named.</summary>
internal sealed record ConnectorSettings(string Id, IReadOnlyList<string> Ports, JsonObject Schema)
{
    private static readonly string Hmac = string.Concat(Enumerable.Repeat("AD1E", 16));

    /// <summary>What a schema cannot say: which value a vendor's own rule accepts.</summary>
    private static readonly Dictionary<string, JsonNode> Particular = new()
    {
        ["apiKey"] = "sk_test_0123456789abcdef",
        ["hmacKey"] = Hmac,
        ["otherHmacKey"] = Hmac,
        ["fromAddress"] = new JsonObject { ["country"] = "US", ["region"] = "OR", ["postalCode"] = "97201", ["city"] = "Portland", ["line1"] = "100 Harbor Way" },
    };

    public IReadOnlyList<string> Urls => [.. Schema["properties"]!.AsObject().Where(member => IsUrl(member.Key, member.Value!)).Select(member => member.Key)];

    public IReadOnlyList<string> Secrets => [.. Schema["properties"]!.AsObject().Where(member => member.Value!["writeOnly"]?.GetValue<bool>() == true).Select(member => member.Key)];

    public static async Task<IReadOnlyList<ConnectorSettings>> AllAsync(ShopClient client) =>
    [
        .. (await client.StaffAsync(HttpMethod.Get, "/admin/connectors?limit=100")).ShouldAnswer(200).List("items").Where(item => item!["problem"] is null && item["package"] is null)
            .Select(item => new ConnectorSettings(item!["id"]!.GetValue<string>(), [.. item["ports"]!.AsArray().Select(port => port!.GetValue<string>())], item["settingsSchema"]!.AsObject())),
    ];

    /// <summary>What is required, and every secret; addresses are on the public internet, where nobody is asked in tests.</summary>
    public JsonObject Sample()
    {
        var settings = new JsonObject();
        var required = Schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
        foreach (var (name, member) in Schema["properties"]!.AsObject())
        {
            if (IsUrl(name, member!) && name != "assetsUrl") settings[name] = "https://vendor.example/api";
            else if (required.Contains(name) || Secrets.Contains(name)) settings[name] = Particular.GetValueOrDefault(name, "value0123456789abcdef").DeepClone();
        }

        return settings;
    }

    private static bool IsUrl(string name, JsonNode schema) =>
        IsText(schema) && (schema["format"]?.GetValue<string>() is "uri" or "url" || name.EndsWith("url", StringComparison.OrdinalIgnoreCase) || name.EndsWith("uri", StringComparison.OrdinalIgnoreCase) || name.EndsWith("address", StringComparison.OrdinalIgnoreCase) || name.EndsWith("host", StringComparison.OrdinalIgnoreCase) || name.EndsWith("endpoint", StringComparison.OrdinalIgnoreCase));

    private static bool IsText(JsonNode schema) => schema is JsonObject && schema["type"]?.ToJsonString().Contains("\"string\"", StringComparison.Ordinal) == true;
}
