using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Connections;

/// <param name="Status"><c>stored</c>, <c>applied</c>, <c>ignored</c>, or <c>parked</c>: set aside for staff, with the reason in <paramref name="Note"/>.</param>
internal sealed record NoticeView(string Connection, string EventId, string Type, string Status, string? Note, long Attempts, DateTimeOffset ReceivedAt);

/// <summary>What vendors have told us, and what became of it. A notice that was set aside is tried again on staff's word.</summary>
internal static class NoticeRoutes
{
    private static readonly string[] Statuses = ["stored", "applied", "ignored", "parked"];

    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/notices").WithTags("Connections");
        staff.MapGet("", ListAsync).ForAdmin("connections:write").Produces<Page<NoticeView>>();
        staff.MapPost("{connection}/{eventId}/replay", ReplayAsync).ForAdmin("connections:write", Doors.Reach.One).Produces(204);
    }

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? status, Database database, CancellationToken cancellationToken)
    {
        if (status is not null && !Statuses.Contains(status)) return Refusal.Invalid("status", "unknown_status", $"One of {string.Join(", ", Statuses)}.").ToResult();
        var (at, connection, id) = page.Keys(3) is [var time, var of, var last] ? (PageRequest.Number(time), of, last) : (long.MaxValue, "", "");
        var rows = await database.QueryAsync<(string Connection, string EventId, string Type, string Status, string? Note, long Attempts, long ReceivedAt)>($"""
            SELECT connection, event_id, type, status, note, attempts, received_at FROM webhook_inbox
            WHERE (received_at, connection, event_id) < ({at}, {connection}, {id}) AND ({status ?? ""} = '' OR status = {status ?? ""})
            ORDER BY received_at DESC, connection DESC, event_id DESC LIMIT {page.Limit + 1}
            """, cancellationToken);
        return Results.Json(page.Of(rows,
            row => new NoticeView(row.Connection, row.EventId, row.Type, row.Status, row.Note, row.Attempts, DateTimeOffset.FromUnixTimeMilliseconds(row.ReceivedAt)),
            row => [PageRequest.Text(row.ReceivedAt), row.Connection, row.EventId]), Json.Options);
    }

    private static async Task<IResult> ReplayAsync(string connection, string eventId, HttpContext context, Database database, WebhookInbox inbox, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, () => "");
        if (key is not null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        var commit = new Commit().Require($"""
            UPDATE webhook_inbox SET status = 'stored', attempts = 0, note = NULL, due_at = {Sql.Now} WHERE connection = {connection} AND event_id = {eventId} AND body <> ''
            """, 1, "missing").Audit("notice.replayed", $"notice:{connection}:{eventId}");
        key?.Remember(commit, 204, "", IdempotencyKey.Usual);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (GuardFailedException)
        {
            return Refusal.NotFound("notice").ToResult();
        }

        inbox.LookNow();
        return new Answer(204, "");
    }
}
