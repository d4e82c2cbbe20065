using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Durability;

internal sealed record ProcessView(string Id, string Kind, string Subject, string Status, long Step, long Attempts, string? Error, IReadOnlyList<JournalView> Journal);

internal sealed record JournalView(string Step, string Phase, string? Note, DateTimeOffset At);

internal static class DurabilitySlice
{
    public static IServiceCollection AddDurability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new HubInstance(configuration["Hub:InstanceId"] ?? Ids.New("hub")));
        services.AddSingleton<ProcessStore>().AddSingleton<ProcessRunner>().AddSingleton<ProcessDesk>();
        return services.AddHostedService(provider => provider.GetRequiredService<ProcessRunner>());
    }

    public static void MapProcesses(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/processes").WithTags("Processes");
        staff.MapGet("", ListAsync).ForAdmin("processes:read").Produces<Page<ProcessView>>();
        staff.MapGet("{id}", GetAsync).ForAdmin("processes:read").Produces<ProcessView>();
        staff.MapPost("{id}/retry", (string id, ProcessDesk desk, CancellationToken cancellationToken) => desk.RetryAsync(id, cancellationToken)).ForAdmin("processes:write").Produces<ProcessView>();
        staff.MapPost("{id}/skip", (string id, ProcessDesk desk, CancellationToken cancellationToken) => desk.SkipAsync(id, cancellationToken)).ForAdmin("processes:write").Produces<ProcessView>();
        staff.MapPost("{id}/undo", (string id, ProcessDesk desk, CancellationToken cancellationToken) => desk.UndoAsync(id, cancellationToken)).ForAdmin("processes:write").Produces<ProcessView>();
    }

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? status, ProcessDesk desk, CancellationToken cancellationToken)
    {
        var rows = await desk.ListAsync(status, page.Keys(1) is [var last] ? last : "~", page.Limit + 1, cancellationToken);
        return Results.Json(page.Of(rows, row => ProcessDesk.View(row, []), row => [row.Id]), Json.Options);
    }

    private static async Task<IResult> GetAsync(string id, ProcessDesk desk, CancellationToken cancellationToken) =>
        await desk.FindAsync(id, cancellationToken) is { } view ? Results.Json(view, Json.Options) : Refusal.NotFound("process").ToResult();
}

/// <summary>What staff can do with processes that are stuck.</summary>
internal sealed class ProcessDesk(Database database, ProcessStore store, ProcessRunner runner)
{
    public static ProcessView View(ProcessRecord record, IReadOnlyList<JournalView> journal) =>
        new(record.Id, record.Kind, record.Subject, record.Status, record.Step, record.Attempts, record.Error, journal);

    public Task<List<ProcessRecord>> ListAsync(string? status, string before, int limit, CancellationToken cancellationToken) => database.QueryAsync<ProcessRecord>($"""
        SELECT {ProcessStore.Columns} FROM processes WHERE id < {before} AND ({status ?? ""} = '' OR status = {status ?? ""}) ORDER BY id DESC LIMIT {limit}
        """, cancellationToken);

    public async Task<ProcessView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } record) return null;
        var journal = await store.JournalAsync(id, 500, cancellationToken);
        return View(record, [.. journal.Select(row => new JournalView(row.Entry.Step, row.Entry.Phase, row.Entry.Note, DateTimeOffset.FromUnixTimeMilliseconds(row.At)))]);
    }

    /// <summary>Tries the current step again now.</summary>
    public Task<IResult> RetryAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, "retry", record =>
    {
        record.Attempts = 0;
        record.Status = record.Refusal is null ? ProcessRecord.Running : ProcessRecord.Undoing;
    }, cancellationToken);

    /// <summary>Takes the current step as done, because staff know that it is.</summary>
    public Task<IResult> SkipAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, "skip", record =>
    {
        record.Attempts = 0;
        record.Called = 0;
        record.Step += record.Refusal is null ? 1 : -1;
        record.Status = record.Refusal is null ? ProcessRecord.Running : ProcessRecord.Undoing;
    }, cancellationToken);

    public async Task<IResult> UndoAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } record) return Refusal.NotFound("process").ToResult();
        if (!runner.CanUndo(record)) return new Refusal(409, "process_state", "Only a stuck process before its point of no return can be undone.").ToResult();
        await runner.RefuseAsync(record.Subject, new(409, "undone_by_staff", "This was undone by staff."), cancellationToken);
        return Results.Json(await FindAsync(id, cancellationToken), Json.Options);
    }

    private async Task<IResult> ChangeAsync(string id, string what, Action<ProcessRecord> change, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } record) return Refusal.NotFound("process").ToResult();
        if (record.Status != ProcessRecord.Stuck) return new Refusal(409, "process_state", "The process is not stuck.").ToResult();
        change(record);
        record.Error = null;
        try
        {
            await store.SaveAsync(record, new Commit(), [new("staff", what, null)], null, TimeSpan.Zero, cancellationToken);
        }
        catch (GuardFailedException)
        {
            return new Refusal(409, "process_state", "The process has moved meanwhile.") { Retryable = true }.ToResult();
        }

        runner.LookNow();
        return Results.Json(await FindAsync(id, cancellationToken), Json.Options);
    }
}
