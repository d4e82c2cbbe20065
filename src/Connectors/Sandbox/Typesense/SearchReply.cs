using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>Writes what a search found as Typesense shows it.</summary>
internal static class SearchReply
{
    private const int SnippetWords = 8;

    public static void Write(Utf8JsonWriter json, SearchFound found, double milliseconds)
    {
        json.WriteStartObject();
        json.WriteStartArray("facet_counts");
        foreach (var facet in found.Facets)
        {
            Write(json, facet);
        }

        json.WriteEndArray();
        json.WriteNumber("found", found.Found);
        json.WriteStartArray("hits");
        foreach (var (document, score) in found.Page)
        {
            WriteHit(json, found, document, score);
        }

        json.WriteEndArray();
        json.WriteNumber("out_of", found.Index.Count);
        if (!found.Parameters.HasOffset)
        {
            json.WriteNumber("page", found.Parameters.Page);
        }

        json.WriteStartObject("request_params");
        json.WriteString("collection_name", found.Index.Schema.Name);
        json.WriteString("first_q", found.Parameters.Query);
        json.WriteNumber("per_page", found.Parameters.Limit);
        json.WriteString("q", found.Parameters.Query);
        json.WriteEndObject();
        json.WriteBoolean("search_cutoff", false);
        json.WriteNumber("search_time_ms", (long)milliseconds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FacetFound facet)
    {
        json.WriteStartObject();
        json.WriteStartArray("counts");
        foreach (var (value, count) in facet.Counts)
        {
            json.WriteStartObject();
            json.WriteNumber("count", count);
            json.WriteString("highlighted", value);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("field_name", facet.Field);
        json.WriteBoolean("sampled", false);
        json.WriteStartObject("stats");
        json.WriteNumber("total_values", facet.Values);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHit(Utf8JsonWriter json, SearchFound found, SearchDocument document, long score)
    {
        json.WriteStartObject();
        json.WriteStartObject("document");
        var (included, excluded) = (found.Parameters.Included, found.Parameters.Excluded);
        using (var stored = JsonDocument.Parse(document.Json))
        {
            foreach (var member in stored.RootElement.EnumerateObject())
            {
                if ((included.Count == 0 || included.Contains(member.Name)) && !excluded.Contains(member.Name))
                {
                    member.WriteTo(json);
                }
            }
        }

        json.WriteEndObject();
        WriteHighlights(json, found, document);
        if (found.Words.Count > 0)
        {
            json.WriteNumber("text_match", score);
        }

        json.WriteEndObject();
    }

    private static void WriteHighlights(Utf8JsonWriter json, SearchFound found, SearchDocument document)
    {
        json.WriteStartArray("highlights");
        foreach (var name in found.Words.Count > 0 ? found.Parameters.QueryBy : [])
        {
            var at = found.Index.FieldAt(name);
            var texts = (document.Values[at] as Text[] ?? []).Select(text => found.Index.Tokens.Of(text.Raw)).Select(words => (Words: words, Matched: words.FindAll(word => found.Words.Contains(word.Word)))).Where(text => text.Matched.Count > 0).ToList();
            if (texts.Count > 0)
            {
                WriteHighlight(json, found.Index.Schema.Fields[at], texts);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>A field of many values has a list of words, and a snippet, for each of them.</summary>
    private static void WriteHighlight(Utf8JsonWriter json, CollectionField field, List<(List<(string Word, string Written)> Words, List<(string Word, string Written)> Matched)> texts)
    {
        json.WriteStartObject();
        json.WriteString("field", field.Name);
        json.WriteStartArray("matched_tokens");
        foreach (var (_, matched) in texts)
        {
            if (field.Many)
            {
                json.WriteStartArray();
            }

            foreach (var word in matched)
            {
                json.WriteStringValue(word.Written);
            }

            if (field.Many)
            {
                json.WriteEndArray();
            }
        }

        json.WriteEndArray();
        var snippets = texts.Select(text => string.Join(' ', text.Words.Take(SnippetWords).Select(word => text.Matched.Contains(word) ? $"<mark>{word.Written}</mark>" : word.Written)));
        if (field.Many)
        {
            json.WriteStartArray("snippets");
            foreach (var snippet in snippets)
            {
                json.WriteStringValue(snippet);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteString("snippet", snippets.First());
        }

        json.WriteEndObject();
    }
}
