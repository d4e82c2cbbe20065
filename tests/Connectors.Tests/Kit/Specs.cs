using System.Text.Json;
using NJsonSchema;

namespace Connectors.Tests.Kit;

/// <summary>The vendors' own machine-readable descriptions. They are not part of the project; tests that need them pass over when they are absent.</summary>
public static class Specs
{
    /// <summary>Null when the file is not on this machine.</summary>
    public static JsonDocument? Open(string file)
    {
        var root = Environment.GetEnvironmentVariable("COMPOSABLE_DATA") is { Length: > 0 } data ? Path.Combine(data, "..", "specs") : Up(AppContext.BaseDirectory);
        var path = root is null ? null : Path.Combine(root, file);
        if (!File.Exists(path)) return null;
        Remember(file.Split('/')[0]);
        return JsonDocument.Parse(File.ReadAllBytes(path));
    }

    /// <summary>For the score card: a test that passes over because there is no description must not count as one that used it.</summary>
    private static void Remember(string vendor)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Sources.Root, "artifacts", "specs-opened"));
        File.WriteAllText(Path.Combine(folder.FullName, vendor), "");
        File.SetLastWriteTimeUtc(Path.Combine(folder.FullName, vendor), TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    /// <summary>A folder beside the descriptions, such as <c>data/reference</c>. Null when it is not on this machine.</summary>
    public static string? Beside(string folder)
    {
        var root = Environment.GetEnvironmentVariable("COMPOSABLE_DATA") is { Length: > 0 } data ? Path.Combine(data, "..", "specs") : Up(AppContext.BaseDirectory);
        return root is not null && Path.GetFullPath(Path.Combine(root, "..", folder)) is { } found && Directory.Exists(found) ? found : null;
    }

    /// <summary>One of an OpenAPI description's schemas, with what it refers to.</summary>
    public static async Task<JsonSchema> SchemaAsync(JsonElement spec, string name)
    {
        var schemas = spec.GetProperty("components").GetProperty("schemas");
        var text = $$"""{"definitions":{{schemas.GetRawText()}},"$ref":"#/definitions/{{name}}"}""".Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        return (await JsonSchema.FromJsonAsync(text)).ActualSchema;
    }

    private static string? Up(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var specs = Path.Combine(at.FullName, "shared", "specs");
            if (Directory.Exists(specs)) return specs;
        }

        return null;
    }
}
