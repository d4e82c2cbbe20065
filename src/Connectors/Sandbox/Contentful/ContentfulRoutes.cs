using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Contentful;

/// <summary>Contentful's addresses, each with the operation name that faults use: the delivery API, and the preview API below <c>/preview</c>.</summary>
internal sealed class ContentfulRoutes(ContentfulBooks books, ContentfulPipeline pipeline)
{
    private const string Root = "/contentful", Space = "/spaces/{space}/environments/{environment}";

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var preview in (ReadOnlySpan<bool>)[false, true])
        {
            var group = app.MapGroup((preview ? Root + "/preview" : Root) + Space);
            group.MapGet("/entries", pipeline.Handle("entries", preview, http => List(http, "Entry", preview)));
            group.MapGet("/assets", pipeline.Handle("assets", preview, http => List(http, "Asset", preview)));
            group.MapGet("/entries/{id}", pipeline.Handle("entry", preview, http => One(http, "Entry", preview)));
            group.MapGet("/assets/{id}", pipeline.Handle("asset", preview, http => One(http, "Asset", preview)));
            group.MapGet("/locales", pipeline.Handle("locales", preview, _ => ContentfulLocales.Write));
            if (!preview)
            {
                group.MapGet("/sync", pipeline.Handle("sync", preview, http => ContentfulSync.Answer(http, books)));
            }
        }

        app.MapGet("/contentful/spaces/{**rest}", pipeline.Handle("unknown", false, _ => throw ContentfulRefusal.NotFound()));
        app.MapGet("/_ledger/contentful", http => Reply.SendAsync(http, 200, WriteLedger, FaultPlan.None));
    }

    private Action<Utf8JsonWriter> List(HttpContext http, string type, bool preview)
    {
        var query = new ContentfulQuery(http.Request.Query, books.All);
        var found = query.Run(type, books.All, preview);
        return json => ContentfulJson.List(json, books, query, found, preview);
    }

    private Action<Utf8JsonWriter> One(HttpContext http, string type, bool preview)
    {
        var locale = ContentfulQuery.Checked(http.Request.Query["locale"].ToString());
        var resource = books.Find(type, http.Request.RouteValues["id"] as string ?? "");
        return resource?.Seen(preview) is { } fields ? json => ContentfulJson.Resource(json, resource, fields, locale) : throw ContentfulRefusal.NotFound();
    }

    private void WriteLedger(Utf8JsonWriter json)
    {
        lock (books.Gate)
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var resource in books.All)
            {
                json.WriteStartObject();
                json.WriteString("id", resource.Id);
                json.WriteString("type", resource.ContentType ?? resource.Type);
                json.WriteString("state", resource.Fields is null ? "deleted" : resource.Published is null ? "draft" : "published");
                json.WriteNumber("revision", resource.Revision);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("operations");
            foreach (var (operation, count) in pipeline.Requests)
            {
                json.WriteNumber(operation, count);
            }

            json.WriteEndObject();
            json.WriteNumber("requests", pipeline.Requests.Values.Sum());
            json.WriteEndObject();
        }
    }
}
