using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Webhooks;

/// <summary><c>/_webhooks</c>: how notices travel from now on, for one vendor or, with <c>*</c>, for all.</summary>
internal sealed class DeliveryRoutes(DeliveryManners manners)
{
    private static readonly string[] Vendors = ["stripe", "adyen"];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/_webhooks", JsonBody.Handler((_, body) => Set(body)));
        app.MapGet("/_webhooks", http =>
        {
            var vendor = http.Request.Query["vendor"].ToString() is { Length: > 0 } named ? named : Vendors[0];
            return Reply.SendAsync(http, 200, json => Write(json, vendor), FaultPlan.None);
        });
        app.MapDelete("/_webhooks", http =>
        {
            manners.Clear();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private Action<Utf8JsonWriter> Set(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "vendor", "delayMs", "copies", "shuffle", "drop");
        var vendor = JsonBody.Text(body, "vendor", Vendors[0]);
        if (vendor != "*" && !Vendors.Contains(vendor))
        {
            throw new FormatException("'vendor' must be stripe, adyen or *: no other vendor here sends notices.");
        }

        var manner = new DeliveryManner(
            JsonBody.Integer(body, "delayMs", 0, 600_000) ?? 0, JsonBody.Integer(body, "copies", 1, 100) ?? 1, JsonBody.Flag(body, "shuffle"), JsonBody.Flag(body, "drop"));
        foreach (var each in vendor == "*" ? Vendors : [vendor])
        {
            manners.Set(each, manner);
        }

        return json => Write(json, vendor == "*" ? Vendors[0] : vendor);
    }

    private void Write(Utf8JsonWriter json, string vendor)
    {
        var manner = manners.Of(vendor);
        json.WriteStartObject();
        json.WriteString("vendor", vendor);
        json.WriteNumber("delayMs", manner.DelayMs);
        json.WriteNumber("copies", manner.Copies);
        json.WriteBoolean("shuffle", manner.Shuffle);
        json.WriteBoolean("drop", manner.Drop);
        json.WriteEndObject();
    }
}
