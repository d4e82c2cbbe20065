using System.Text;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Cloudflare;

/// <summary>Cloudflare's addresses, each with the operation name that faults use.</summary>
internal sealed class CloudflareRoutes(CloudflareBooks books, CloudflarePipeline pipeline)
{
    private const string Root = "/cloudflare/client/v4";

    public void Map(IEndpointRouteBuilder app)
    {
        var purges = new PurgeOperations(books);
        MapScripts(app.MapGroup(Root + "/accounts/{account}/workers/scripts"), new ScriptOperations(books));
        MapValues(app.MapGroup(Root + "/accounts/{account}/storage/kv/namespaces/{space}"), new KeyValueOperations(books));
        app.MapPost(Root + "/zones/{zone}/purge_cache", pipeline.WithBody("purge", CloudflareJson.Default.PurgeRequest, purges.Purge));
        app.Map("/cloudflare/{**rest}", pipeline.Without("unknown", _ => throw CloudflareRefusal.NoRoute()));

        app.MapPost("/_cache/cloudflare", JsonBody.Handler(purges.Keep));
        app.MapGet("/_cache/cloudflare", http => Reply.SendAsync(http, 200, purges.Write, FaultPlan.None));
        app.MapGet("/_ledger/cloudflare", http => Reply.SendAsync(http, 200, new CloudflareLedger(books, pipeline, purges).Write, FaultPlan.None));
        app.MapGet("/_script/cloudflare/{name}", WriteScriptAsync);
    }

    private void MapScripts(RouteGroupBuilder group, ScriptOperations scripts)
    {
        group.MapGet("", pipeline.Without("list", scripts.List));
        group.MapPut("/{name}", pipeline.With("deploy", scripts.UploadAsync));
        group.MapGet("/{name}", pipeline.Raw("retrieve", scripts.Download));
        group.MapDelete("/{name}", pipeline.Without("delete", scripts.Remove));
    }

    private void MapValues(RouteGroupBuilder group, KeyValueOperations values)
    {
        group.MapPut("/bulk", pipeline.WithBody("write", CloudflareJson.Default.IReadOnlyListPair, values.Write));
        group.MapPost("/bulk/delete", pipeline.WithBody("delete", CloudflareJson.Default.IReadOnlyListString, values.Delete));
        group.MapGet("/values/{**key}", pipeline.Raw("read", values.Read));
        group.MapGet("/keys", pipeline.Without("list", values.List));
    }

    /// <summary>What was uploaded last under a name, for a real runtime to run.</summary>
    private async Task WriteScriptAsync(HttpContext http)
    {
        string? source;
        lock (books.Gate)
        {
            source = books.Scripts.GetValueOrDefault((string)http.Request.RouteValues["name"]!)?.Source;
        }

        http.Response.StatusCode = source is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        http.Response.ContentType = "application/javascript+module";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(source ?? ""), http.RequestAborted);
    }
}
