using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>Where a customer is signed in, and how that ends from afar.</summary>
internal static class Devices
{
    public sealed record Row(string Id, string Device, long CreatedAt, long SeenAt);

    public static async Task<IResult> ListAsync(HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var customer = Caller.Of(context).Customer!;
        var rows = await database.QueryAsync<Row>($"""
            SELECT id, device, created_at AS CreatedAt, seen_at AS SeenAt FROM customer_sessions
            WHERE customer_id = {customer.CustomerId} AND idle_until > {Sql.Now} AND expires_at > {Sql.Now} ORDER BY created_at DESC, id
            """, cancellationToken);
        return Results.Json(new Page<DeviceView>([.. rows.Select(row => new DeviceView(row.Id, row.Device, At(row.CreatedAt), At(row.SeenAt), row.Id == customer.SessionId))], null), Json.Options);
    }

    public static async Task<IResult> SignOutAsync(HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var customer = Caller.Of(context).Customer!;
        var commit = new Commit();
        Sessions.End(commit, customer.CustomerId, customer.SessionId);
        await database.CommitAsync(commit, cancellationToken);
        return Results.NoContent();
    }

    /// <summary>One of the customer's own; an id of somebody else's session is the id of nothing.</summary>
    public static async Task<IResult> EndAsync(string id, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var customer = Caller.Of(context).Customer!;
        try
        {
            await database.CommitAsync(new Commit().Require($"DELETE FROM customer_sessions WHERE id = {id} AND customer_id = {customer.CustomerId}", 1, "gone"), cancellationToken);
            return Results.NoContent();
        }
        catch (GuardFailedException)
        {
            return Refusal.NotFound("session").ToResult();
        }
    }

    public static async Task<IResult> EndOthersAsync(HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        Sessions.EndOthers(commit, Caller.Of(context).Customer!);
        await database.CommitAsync(commit, cancellationToken);
        return Results.NoContent();
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
