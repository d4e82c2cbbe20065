using System.Text.Json;

namespace Composable.Sandbox.Cloudflare;

/// <summary>The books as JSON, for tests and the curious.</summary>
internal sealed class CloudflareLedger(CloudflareBooks books, CloudflarePipeline pipeline, PurgeOperations purges)
{
    public void Write(Utf8JsonWriter json)
    {
        lock (books.Gate)
        {
            json.WriteStartObject();
            json.WriteStartArray("scripts");
            foreach (var script in books.Scripts.Values)
            {
                WriteScript(json, script);
            }

            json.WriteEndArray();
            json.WriteStartArray("keys");
            foreach (var (space, value) in books.Namespaces.Keys.SelectMany(space => books.Living(space).Select(value => (space, value))))
            {
                json.WriteStartObject();
                json.WriteString("namespace", space);
                json.WriteString("name", value.Key);
                json.WriteNumber("bytes", value.Value.Length);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WritePurges(json);
            purges.WriteKept(json);
            json.WriteNumber("requests", pipeline.Requests);
            json.WriteEndObject();
        }
    }

    private static void WriteScript(Utf8JsonWriter json, Script script)
    {
        json.WriteStartObject();
        json.WriteString("name", script.Name);
        json.WriteString("mainModule", script.MainModule);
        json.WriteString("etag", script.Etag);
        json.WriteString("compatibilityDate", script.CompatibilityDate);
        json.WritePropertyName("bindings");
        script.Bindings.WriteTo(json);
        json.WriteEndObject();
    }

    private void WritePurges(Utf8JsonWriter json)
    {
        json.WriteStartArray("purges");
        foreach (var purge in books.Purges)
        {
            json.WriteStartObject();
            json.WriteString("zone", purge.Zone);
            WriteAll(json, "tags", purge.Tags);
            WriteAll(json, "files", purge.Files);
            json.WriteBoolean("everything", purge.Everything);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<string>? texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts ?? [])
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
