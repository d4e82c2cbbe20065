using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Composable.Hub.Connections;

/// <summary>A merchant's configured use of a connector.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The merchant's own name for it; markets and webhook addresses refer to it.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9-]{0,39}$")]
    public string Id { get; set; } = "";

    /// <summary>Which connector: <c>stripe</c>, <c>taxjar</c>, …</summary>
    [Required]
    public string Connector { get; set; } = "";

    /// <summary>As the connector's settings schema says.</summary>
    public JsonObject Settings { get; set; } = [];

    /// <summary>What was agreed with the vendor.</summary>
    public ConnectionTerms Terms { get; set; } = new();

    public static List<ConnectionOptions> Read(IConfiguration configuration, Func<string, JsonNode?> schemaOf) =>
        [.. configuration.GetSection("Connections").GetChildren().Select(section => new ConnectionOptions
        {
            Id = section["Id"] ?? "",
            Connector = section["Connector"] ?? "",
            Terms = section.GetSection("Terms").Get<ConnectionTerms>() ?? new(),
            Settings = (JsonObject)Convert(section.GetSection("Settings"), schemaOf(section["Connector"] ?? ""))!,
        })];

    /// <summary>Configuration knows only text; the schema says what each text stands for.</summary>
    private static JsonNode? Convert(IConfigurationSection section, JsonNode? schema)
    {
        var type = schema is JsonObject node ? node["type"]?.ToJsonString() ?? "" : "";
        if (type.Contains("array", StringComparison.Ordinal)) return new JsonArray([.. section.GetChildren().Select(child => Convert(child, schema!["items"]))]);
        if (section.Value is { } text)
        {
            if (type.Contains("boolean", StringComparison.Ordinal) && bool.TryParse(text, out var yes)) return yes;
            if ((type.Contains("number", StringComparison.Ordinal) || type.Contains("integer", StringComparison.Ordinal))
                && decimal.TryParse(text, CultureInfo.InvariantCulture, out var number)) return number;
            return text;
        }

        var members = schema?["properties"] as JsonObject;
        var result = new JsonObject();
        foreach (var child in section.GetChildren())
        {
            var name = members?.FirstOrDefault(member => string.Equals(member.Key, child.Key, StringComparison.OrdinalIgnoreCase)) is { Value: not null } known ? known : default;
            result[name.Key ?? child.Key] = Convert(child, name.Value ?? schema?["additionalProperties"] as JsonObject);
        }

        return result;
    }
}
