using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Composable.Hub.Access;

/// <summary>For a role that may not see or set everything: what is hidden from it is refused on the way in, and left out on the way out.</summary>
internal static class HiddenFields
{
    /// <summary>Of a route that keeps what its caller does not see as it is.</summary>
    internal sealed class Fills;

    private const int MostShown = 8 << 20;

    public static async Task RunAsync(HttpContext context, IReadOnlySet<string> hidden, RequestDelegate next)
    {
        if (await RefuseAsync(context, hidden) is { } refusal)
        {
            await ProblemAnswers.WriteAsync(context, refusal);
            return;
        }

        var body = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        await ShowAsync(context, answer, hidden);
    }

    private static async Task<Refusal?> RefuseAsync(HttpContext context, IReadOnlySet<string> hidden)
    {
        if (context.Request.Query.Keys.FirstOrDefault(hidden.Contains) is { } asked) return Hidden(asked, asked);
        // A thing that is put whole would lose what they do not see, where nobody fills it in.
        if (HttpMethods.IsPut(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<Fills>() is null) return new(403, "forbidden", "This role does not see all of this, so it cannot put it whole.");
        if (context.GetEndpoint()?.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().Any(answer => answer.ContentTypes.Contains("text/event-stream")) == true) return new(403, "forbidden", "This role does not see everything, and a stream has no parts to leave out.");
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true) return null;
        // Of other types nobody knows what is in them.
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true) return new(403, "forbidden", "This role does not see everything, so it sends application/json only.");
        var raw = await RawBody.GetAsync(context);
        StrictJson.Check(raw);
        return Find(JsonNode.Parse(raw), hidden, "") is { } pointer ? Hidden(pointer.Split('/')[^1], pointer) : null;
    }

    private static Refusal Hidden(string name, string pointer) =>
        new(403, "forbidden", $"This role does not deal in {name}.") { Errors = [new(pointer, "hidden", "Leave it out: it stays as it is.")] };

    private static string? Find(JsonNode? node, IReadOnlySet<string> hidden, string at) => node switch
    {
        JsonObject thing => thing.Select(member => hidden.Contains(member.Key) ? $"{at}/{JsonPointer.Escape(member.Key)}" : Find(member.Value, hidden, $"{at}/{JsonPointer.Escape(member.Key)}")).FirstOrDefault(found => found is not null),
        JsonArray list => list.Select((item, index) => Find(item, hidden, $"{at}/{index}")).FirstOrDefault(found => found is not null),
        _ => null,
    };

    /// <summary>What is no JSON is not shown at all.</summary>
    private static async Task ShowAsync(HttpContext context, MemoryStream answer, IReadOnlySet<string> hidden)
    {
        if (answer.Length == 0) return;
        var type = context.Response.ContentType ?? "";
        if (answer.Length > MostShown || !(type.StartsWith("application/json", StringComparison.Ordinal) || type.StartsWith("application/problem+json", StringComparison.Ordinal)))
            throw new RefusedException(new(403, "forbidden", "This role does not see everything, and of this answer no part can be left out."));
        var shown = JsonNode.Parse(answer.ToArray(), documentOptions: new JsonDocumentOptions { MaxDepth = 64 });
        Strip(shown, hidden);
        var bytes = Encoding.UTF8.GetBytes(shown?.ToJsonString(Json.Options) ?? "null");
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static void Strip(JsonNode? node, IReadOnlySet<string> hidden)
    {
        if (node is JsonArray list) foreach (var item in list) Strip(item, hidden);
        if (node is not JsonObject thing) return;
        foreach (var (name, value) in thing.ToList())
            if (hidden.Contains(name)) thing.Remove(name);
            else Strip(value, hidden);
    }
}
