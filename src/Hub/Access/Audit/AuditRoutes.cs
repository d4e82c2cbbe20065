using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Access.Audit;

/// <param name="Before">As it was; null when there was nothing.</param>
/// <param name="Hash">SHA-256 over the entry and the hash of the one before it.</param>
internal sealed record AuditView(long Position, DateTimeOffset At, string Actor, string Action, string Subject, JsonElement? Before, JsonElement? After, string? Trace, string Hash);

internal static class AuditRoutes
{
    private sealed record Row(long Position, string Entry, string Hash);

    private sealed record Entry(long At, string Actor, string Action, string Subject, JsonElement? Before, JsonElement? After, string? Trace);

    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGet("/admin/audit", ListAsync).ForAdmin("audit:read").WithTags("Audit").Produces<Page<AuditView>>();

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? subject, [FromQuery] string? actor, Database database, CancellationToken cancellationToken)
    {
        var before = page.Keys(1) is [var last] ? PageRequest.Number(last) : long.MaxValue;
        Sql about = subject is null ? (Sql)$"" : $" AND subject = {subject}";
        Sql by = actor is null ? (Sql)$"" : $" AND actor = {actor}";
        var rows = await database.QueryAsync<Row>($"SELECT position, entry, hash FROM audit WHERE position < {before}{about}{by} ORDER BY position DESC LIMIT {page.Limit + 1}", cancellationToken);
        return Results.Json(page.Of(rows, View, row => [PageRequest.Text(row.Position)]), Json.Options);
    }

    private static AuditView View(Row row)
    {
        var entry = JsonSerializer.Deserialize<Entry>(row.Entry, Json.Options)!;
        return new(row.Position, DateTimeOffset.FromUnixTimeMilliseconds(entry.At), entry.Actor, entry.Action, entry.Subject, entry.Before, entry.After, entry.Trace, row.Hash);
    }
}
