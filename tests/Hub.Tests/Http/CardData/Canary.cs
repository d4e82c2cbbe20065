using System.Text.Json.Nodes;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Http.CardData;

/// <summary>Card data to be put everywhere, and a look into everything that is kept.</summary>
internal static class Canary
{
    private static readonly string[] Documents = ["storefront", "admin"], Choices = ["oneOf", "anyOf", "allOf"];

    public const string Number = "4539578763621486";

    /// <summary>A document of the API: for each operation a body of its shape with every text, number and free member filled by a maker.</summary>
    public static async Task<IReadOnlyList<(string Method, string Path, JsonNode Operation, JsonNode Document)>> OperationsAsync(TestShop shop)
    {
        var found = new List<(string, string, JsonNode, JsonNode)>();
        foreach (var name in Documents)
        {
            var document = JsonNode.Parse(await shop.Http.GetStringAsync(new Uri($"/openapi/{name}.json", UriKind.Relative)))!;
            foreach (var (path, operations) in document["paths"]!.AsObject())
                foreach (var (method, operation) in operations!.AsObject())
                    found.Add((method.ToUpperInvariant(), path, operation!, document));
        }

        return found;
    }

    /// <summary>The members of a body that take text, as JSON pointers with a body that has the canary there and nothing else.</summary>
    public static IEnumerable<(string Pointer, string Body)> Bodies(JsonNode operation, JsonNode document)
    {
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is not { } schema) return [];
        return Places(schema, document, 0).Select(place => (place.Pointer, place.Value.ToJsonString()));
    }

    private static IEnumerable<(string Pointer, JsonNode Value)> Places(JsonNode schema, JsonNode document, int depth)
    {
        if (depth > 12) yield break;
        if (schema["$ref"]?.GetValue<string>() is { } reference) schema = reference.Split('/')[1..].Aggregate(document, (at, step) => at[step]!);
        foreach (var choice in Choices.SelectMany(name => schema[name]?.AsArray() ?? []))
            foreach (var place in Places(choice!, document, depth + 1)) yield return place;
        var types = schema["type"] is JsonArray many ? many.Select(type => type!.GetValue<string>()).ToList() : schema["type"] is { } one ? [one.GetValue<string>()] : [];
        if (types.Contains("string")) yield return ("", Number);
        if (types.Contains("integer") || types.Contains("number")) yield return ("", long.Parse(Number, System.Globalization.CultureInfo.InvariantCulture));
        if (schema["items"] is { } items)
            foreach (var (pointer, value) in Places(items, document, depth + 1)) yield return ("/0" + pointer, new JsonArray(value));
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
            foreach (var (pointer, value) in Places(member!, document, depth + 1)) yield return ($"/{name}{pointer}", new JsonObject { [name] = value });
        if (schema["additionalProperties"] is JsonObject free)
            foreach (var (pointer, value) in Places(free, document, depth + 1)) yield return ($"/any{pointer}", new JsonObject { ["any"] = value });
    }

    /// <summary>Where the texts are found: in columns of any table and, on SQLite, in the bytes of the files.</summary>
    public static async Task<List<string>> KeptAsync(TestShop shop, params string[] texts)
    {
        var found = new List<string>();
        Sql embedded = $"SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'";
        Sql server = $"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'";
        var columns = await shop.Database.QueryAsync<(string Table, string Column)>(shop.Database.IsEmbedded ? embedded : server, CancellationToken.None);
        columns.Count.ShouldBeGreaterThan(100);
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        foreach (var (table, column) in columns)
        {
            foreach (var text in texts)
            {
                await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names from the database's own catalogue
                command.CommandText = $"SELECT count(*) FROM \"{table}\" WHERE CAST(\"{column}\" AS text) LIKE '%' || @text || '%'";
#pragma warning restore CA2100
                // As a parameter: a trace of this search itself would hold what is looked for.
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ("text", text);
                command.Parameters.Add(parameter);
                if (Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture) > 0) found.Add($"{table}.{column}");
            }
        }

        if (shop.Database.IsEmbedded) found.AddRange(await InFilesAsync(shop, texts));
        return found;
    }

    private static async Task<List<string>> InFilesAsync(TestShop shop, string[] texts)
    {
        var file = shop.Hub.Services.GetRequiredService<IConfiguration>()["Storage:Connection"]!.Split('=', 2)[1];
        var folder = Path.GetDirectoryName(file)!;
        var found = new List<string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            foreach (var text in texts)
                if (bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0) found.Add(path);
        }

        return found;
    }
}
