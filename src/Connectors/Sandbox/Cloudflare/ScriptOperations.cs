using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Composable.Sandbox.Cloudflare;

/// <summary>Worker scripts: uploaded as modules, given back as they came. They do not run here; see <c>/_script/cloudflare</c>.</summary>
internal sealed class ScriptOperations(CloudflareBooks books)
{
    public async Task<Action<Utf8JsonWriter>> UploadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            throw CloudflareRefusal.Bad(10021, "Modules are uploaded as multipart/form-data");
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var metadata = Metadata(form["metadata"].ToString());
        var module = form.Files.FirstOrDefault(file => file.FileName == metadata.MainModule);
        if (module is null || !module.ContentType.StartsWith("application/javascript+module", StringComparison.Ordinal))
        {
            throw CloudflareRefusal.Bad(10021, $"No such module: {metadata.MainModule}");
        }

        using var reader = new StreamReader(module.OpenReadStream(), Encoding.UTF8);
        var source = await reader.ReadToEndAsync(http.RequestAborted);
        if (!source.Contains("export default", StringComparison.Ordinal))
        {
            throw CloudflareRefusal.Bad(10068, "The uploaded script has no registered event handlers.");
        }

        var etag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
        var bindings = metadata.Bindings ?? JsonSerializer.SerializeToElement<IReadOnlyList<string>>([], CloudflareJson.Default.IReadOnlyListString);
        lock (books.Gate)
        {
            var script = new Script(Name(http), metadata.MainModule!, source, etag, metadata.CompatibilityDate, bindings.Clone(), books.Now);
            books.Commit(new CloudflareEntry(Script: script));
            return json => Write(json, script);
        }
    }

    public Action<Utf8JsonWriter> List(HttpContext http)
    {
        lock (books.Gate)
        {
            var scripts = books.Scripts.Values.ToList();
            return json =>
            {
                json.WriteStartArray();
                scripts.ForEach(script => Write(json, script));
                json.WriteEndArray();
            };
        }
    }

    public (string Type, byte[] Body) Download(HttpContext http) => ("application/javascript+module", Encoding.UTF8.GetBytes(Find(http).Source));

    public Action<Utf8JsonWriter> Remove(HttpContext http)
    {
        lock (books.Gate)
        {
            books.Commit(new CloudflareEntry(RemovedScript: Find(http).Name));
        }

        return json => json.WriteNullValue();
    }

    private static void Write(Utf8JsonWriter json, Script script)
    {
        json.WriteStartObject();
        json.WriteString("id", script.Name);
        json.WriteString("etag", script.Etag);
        json.WriteString("compatibility_date", script.CompatibilityDate);
        json.WriteBoolean("has_modules", true);
        json.WriteString("modified_on", script.ModifiedOn);
        json.WriteEndObject();
    }

    private static string Name(HttpContext http) => (string)http.Request.RouteValues["name"]!;

    private static ScriptMetadata Metadata(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, CloudflareJson.Default.ScriptMetadata) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw CloudflareRefusal.Bad(10021, "The metadata part is not JSON");
        }
    }

    private Script Find(HttpContext http)
    {
        lock (books.Gate)
        {
            return books.Scripts.GetValueOrDefault(Name(http)) ?? throw new CloudflareRefusal(404, 10007, "This Worker does not exist on your account.");
        }
    }
}
