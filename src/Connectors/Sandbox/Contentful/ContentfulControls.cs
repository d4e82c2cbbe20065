using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Contentful;

/// <summary>What editors do in Contentful's own editor: write, publish, take back and delete; and where its notices go.</summary>
internal sealed class ContentfulControls(ContentfulBooks books, ContentfulNotices notices)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/contentful/_entries", JsonBody.Handler((_, body) => Put(body, "Entry")));
        app.MapPost("/contentful/_assets", JsonBody.Handler((_, body) => Put(body, "Asset")));
        app.MapPost("/contentful/_entries/{id}/{action}", http => ActAsync(http, "Entry"));
        app.MapPost("/contentful/_assets/{id}/{action}", http => ActAsync(http, "Asset"));
        app.MapPost("/contentful/_webhooks", JsonBody.Handler((_, body) => SetWebhook(body)));
    }

    private Action<Utf8JsonWriter> Put(JsonElement body, string type)
    {
        JsonBody.OnlyMembers(body, "id", "contentType", "fields", "state");
        var state = JsonBody.Text(body, "state", "published");
        if (state is not ("published" or "draft"))
        {
            throw new FormatException("'state' must be published or draft.");
        }

        if (JsonBody.Member(body, "fields") is not { ValueKind: JsonValueKind.Object } fields || fields.EnumerateObject().Any(field => field.Value.ValueKind != JsonValueKind.Object))
        {
            throw new FormatException("'fields' must be an object of objects: a value per locale.");
        }

        lock (books.Gate)
        {
            var id = JsonBody.Text(body, "id");
            var resource = books.Put(type, id, type == "Entry" ? JsonBody.Text(body, "contentType") : null, fields.Clone(), state == "published");
            notices.Queue(resource, state == "published" ? "publish" : "save");
            return json => Show(json, resource);
        }
    }

    private Task ActAsync(HttpContext http, string type)
    {
        var (id, action) = (http.Request.RouteValues["id"] as string ?? "", http.Request.RouteValues["action"] as string);
        lock (books.Gate)
        {
            if (books.Find(type, id) is not { Fields: not null } resource || action is not ("publish" or "unpublish" or "delete"))
            {
                return Reply.SendAsync(http, 404, ContentfulRefusal.NotFound().Write, FaultPlan.None);
            }

            var after = action switch
            {
                "publish" => books.Publish(resource),
                "unpublish" => books.Unpublish(resource),
                _ => books.Delete(resource),
            };
            notices.Queue(after, action);
            return Reply.SendAsync(http, 200, json => Show(json, after), FaultPlan.None);
        }
    }

    private Action<Utf8JsonWriter> SetWebhook(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "url", "secret");
        var url = JsonBody.Text(body, "url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || !address.IsLoopback)
        {
            throw new FormatException("'url' must be an address of this machine.");
        }

        notices.Address = (address, JsonBody.Text(body, "secret"));
        return json =>
        {
            json.WriteStartObject();
            json.WriteString("url", url);
            json.WriteEndObject();
        };
    }

    private static void Show(Utf8JsonWriter json, ContentfulResource resource)
    {
        json.WriteStartObject();
        json.WriteString("id", resource.Id);
        json.WriteNumber("revision", resource.Revision);
        json.WriteBoolean("published", resource.Published is not null);
        json.WriteEndObject();
    }
}
