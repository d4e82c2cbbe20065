using System.Buffers;
using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>Takes documents as JSON lines, each on its own: one that is refused does not hold up the others.</summary>
internal sealed class Importing(TypesenseBooks books)
{
    private static readonly string[] Actions = ["create", "upsert", "emplace"];
    private static readonly string[] Dirty = ["coerce_or_reject", "reject"];

    public Action<Utf8JsonWriter> Import(string collection, IQueryCollection query, string body)
    {
        var (action, coerce) = Options(query);
        var lines = body.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)).ToList();
        var answers = new ArrayBufferWriter<byte>();
        books.Put(collection, index =>
        {
            var taken = new List<(SearchDocument Document, JsonElement Json)>();
            var created = new HashSet<string>(StringComparer.Ordinal);
            foreach (var line in lines)
            {
                TypesenseRefusal? refusal = null;
                try
                {
                    var json = Parse(line);
                    var document = index.Read(json, coerce);
                    var isNew = created.Add(document.Id) && index.Find(document.Id) is null;
                    taken.Add(isNew || action != "create" ? (document, json) : throw new TypesenseRefusal(409, $"A document with id {document.Id} already exists."));
                }
                catch (TypesenseRefusal wrong)
                {
                    refusal = wrong;
                }

                Answer(answers, line, refusal);
            }

            return taken;
        });
        return json => json.WriteRawValue(answers.WrittenSpan, skipInputValidation: true);
    }

    public Action<Utf8JsonWriter> Index(string collection, IQueryCollection query, JsonElement json)
    {
        var (action, coerce) = Options(query);
        books.Put(collection, index =>
        {
            var document = index.Read(json, coerce);
            return action != "create" || index.Find(document.Id) is null ? [(document, json)] : throw new TypesenseRefusal(409, $"A document with id {document.Id} already exists.");
        });
        return json.WriteTo;
    }

    private static (string Action, bool Coerce) Options(IQueryCollection query)
    {
        var action = query["action"] is [{ } given, ..] ? given : "create";
        var dirty = query["dirty_values"] is [{ } values, ..] ? values : "coerce_or_reject";
        return Actions.Contains(action) && Dirty.Contains(dirty) ? (action, dirty != "reject") : throw TypesenseRefusal.Bad("The sandbox knows create, upsert and emplace, and of dirty values coerce_or_reject and reject.");
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            throw TypesenseRefusal.Bad("Bad JSON.");
        }
    }

    private static void Answer(ArrayBufferWriter<byte> answers, string line, TypesenseRefusal? refusal)
    {
        if (answers.WrittenCount > 0)
        {
            answers.Write("\n"u8);
        }

        using var json = new Utf8JsonWriter(answers, Reply.Json);
        json.WriteStartObject();
        if (refusal is not null)
        {
            json.WriteNumber("code", refusal.Status);
            json.WriteString("document", line);
            json.WriteString("error", refusal.Message);
        }

        json.WriteBoolean("success", refusal is null);
        json.WriteEndObject();
    }
}
