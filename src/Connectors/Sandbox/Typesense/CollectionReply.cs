using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>Writes a collection as Typesense shows it.</summary>
internal static class CollectionReply
{
    public static void Write(Utf8JsonWriter json, SearchIndex index, IReadOnlyCollection<string> excluded)
    {
        var schema = index.Schema;
        json.WriteStartObject();
        json.WriteNumber("created_at", index.CreatedAt);
        json.WriteString("default_sorting_field", schema.DefaultSortingField ?? "");
        if (!excluded.Contains("fields"))
        {
            json.WriteStartArray("fields");
            foreach (var field in schema.Fields)
            {
                Write(json, field);
            }

            json.WriteEndArray();
        }

        if (schema.Metadata is { } metadata)
        {
            json.WritePropertyName("metadata");
            metadata.WriteTo(json);
        }

        json.WriteString("name", schema.Name);
        json.WriteNumber("num_documents", index.Count);
        Write(json, "symbols_to_index", schema.SymbolsToIndex);
        Write(json, "token_separators", schema.TokenSeparators);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CollectionField field)
    {
        json.WriteStartObject();
        json.WriteBoolean("facet", field.Facet);
        json.WriteBoolean("index", field.Index);
        json.WriteString("name", field.Name);
        json.WriteBoolean("optional", field.Optional);
        json.WriteBoolean("sort", field.Sortable);
        json.WriteString("type", field.Type);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string>? symbols)
    {
        json.WriteStartArray(name);
        foreach (var symbol in symbols ?? [])
        {
            json.WriteStringValue(symbol);
        }

        json.WriteEndArray();
    }
}
