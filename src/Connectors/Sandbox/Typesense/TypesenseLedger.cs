using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>What the simulated Typesense holds.</summary>
internal static class TypesenseLedger
{
    public static void Write(Utf8JsonWriter json, TypesenseBooks books, long requests)
    {
        json.WriteStartObject();
        json.WriteStartArray("collections");
        foreach (var index in books.Collections.Values)
        {
            json.WriteStartObject();
            json.WriteString("name", index.Schema.Name);
            json.WriteNumber("documents", index.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("aliases");
        foreach (var (alias, target) in books.Aliases)
        {
            json.WriteString(alias, target);
        }

        json.WriteEndObject();
        json.WriteNumber("requests", requests);
        json.WriteEndObject();
    }
}
