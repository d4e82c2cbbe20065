using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Customers.Erasures;

/// <param name="Reference">The vendor's proof.</param>
/// <param name="Note">What staff are to ask for, or why it has not happened yet.</param>
/// <param name="Payments">The vendor's ids of the payments to ask about; only while it is by hand.</param>
/// <param name="Sales">The orders as the vendor has them; only while it is by hand.</param>
internal sealed record ErasureTaskView(
    string Connection, string Status, long Attempts, string? Reference, string? Note, DateTimeOffset? SettledAt, IReadOnlyList<string> Payments, IReadOnlyList<string> Sales);

/// <summary>That somebody was forgotten: where, and by which vendors. Nothing of who it was.</summary>
internal sealed record ErasureRecord(string Id, DateTimeOffset ErasedAt, IReadOnlyList<ErasedPart> Parts, IReadOnlyList<ErasureTaskView> Vendors);

/// <summary>What staff see of erasures, and what they say they have done about them.</summary>
internal static class ErasureRoutes
{
    private sealed record Row(string ErasureId, string Connection, string Status, string? Subject, string? Reference, string? Note, long Attempts, long? SettledAt);

    public static void MapErasures(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/erasures").WithTags("Customers");
        staff.MapGet("", ListAsync).ForAdmin("orders:read").Produces<Page<ErasureRecord>>();
        staff.MapPost("{id}/vendors/{connection}/done", DoneAsync).ForAdmin("orders:write").Produces(204);
    }

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? status, Database database, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(status) && !ErasureTasks.Statuses.Contains(status)) return Refusal.Invalid("status", "unknown_status", $"One of {string.Join(", ", ErasureTasks.Statuses)}.").ToResult();
        var (at, id) = page.Keys(2) is [var time, var last] ? (PageRequest.Number(time), last) : (long.MaxValue, "");
        var erasures = await database.QueryAsync<(string Id, long At, string Proof)>($"""
            SELECT id, at, proof FROM erasures WHERE (at, id) < ({at}, {id})
            AND ({status ?? ""} = '' OR EXISTS (SELECT 1 FROM erasure_tasks t WHERE t.erasure_id = erasures.id AND t.status = {status ?? ""}))
            ORDER BY at DESC, id DESC LIMIT {page.Limit + 1}
            """, cancellationToken);
        var tasks = (await database.QueryAsync<Row>($"""
            SELECT erasure_id AS ErasureId, connection, status, subject, reference, note, attempts, settled_at AS SettledAt FROM erasure_tasks
            WHERE erasure_id {Sql.In(erasures.Select(erasure => erasure.Id))} ORDER BY erasure_id, connection
            """, cancellationToken)).ToLookup(task => task.ErasureId);
        return Results.Json(page.Of(erasures,
            row => new ErasureRecord(row.Id, DateTimeOffset.FromUnixTimeMilliseconds(row.At), JsonSerializer.Deserialize<ErasureView>(row.Proof, Json.Options)!.Parts, [.. tasks[row.Id].Select(View)]),
            row => [PageRequest.Text(row.At), row.Id]), Json.Options);
    }

    private static ErasureTaskView View(Row row)
    {
        var subject = row is { Status: ErasureTasks.ByHand, Subject: { } known } ? JsonSerializer.Deserialize(known, SubjectJson.Default.Subject) : null;
        return new(row.Connection, row.Status, row.Attempts, row.Reference, row.Note, row.SettledAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            [.. (subject?.Payments ?? []).Select(payment => payment.VendorId ?? payment.Reference)], subject?.Sales ?? []);
    }

    private static async Task<IResult> DoneAsync(string id, string connection, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, () => "");
        if (key is not null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        var commit = new Commit().Require($"""
            UPDATE erasure_tasks SET status = 'done', subject = NULL, settled_at = {Sql.Now} WHERE erasure_id = {id} AND connection = {connection} AND status IN ('pending', 'by_hand')
            """, 1, "missing").Audit("erasure.done", $"erasure:{id}", null, Json.Write(new { connection }));
        key?.Remember(commit, 204, "", IdempotencyKey.Usual);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return new Answer(204, "");
        }
        catch (GuardFailedException)
        {
            return Refusal.NotFound("erasure").ToResult();
        }
    }
}
