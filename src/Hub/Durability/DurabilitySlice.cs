using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Durability;

internal sealed record ProcessView(string Id, string Kind, string Subject, string Status, long Step, long Attempts, string? Error, long Version, IReadOnlyList<JournalView> Journal);

internal sealed record JournalView(string Step, string Phase, string? Note, DateTimeOffset At);

internal static class DurabilitySlice
{
    public static IServiceCollection AddDurability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new HubInstance(configuration["Hub:InstanceId"] ?? Ids.New("hub")));
        services.AddSingleton<IPersonalData, RepeatRecords>().AddSingleton<IPersonalData, ProcessRecords>().AddSingleton<ProcessStore>().AddSingleton<ProcessRunner>().AddSingleton<ProcessDesk>();
        return services.AddHostedService(provider => provider.GetRequiredService<ProcessRunner>());
    }

    public static void MapProcesses(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/processes").WithTags("Processes");
        staff.MapGet("", ListAsync).ForAdmin("processes:read").Produces<Page<ProcessView>>();
        staff.MapGet("{id}", GetAsync).ForAdmin("processes:read").Produces<ProcessView>();
        staff.MapPost("{id}/retry", (string id, HttpContext context, ProcessDesk desk, CancellationToken cancellationToken) => desk.RetryAsync(id, IdempotencyKeys.Of(context, () => ""), version => ETags.ForCommand(context, version), cancellationToken)).ForAdmin("processes:write").Produces<ProcessView>();
        staff.MapPost("{id}/skip", (string id, HttpContext context, ProcessDesk desk, CancellationToken cancellationToken) => desk.SkipAsync(id, IdempotencyKeys.Of(context, () => ""), version => ETags.ForCommand(context, version), cancellationToken)).ForAdmin("processes:write").Produces<ProcessView>();
        staff.MapPost("{id}/undo", (string id, HttpContext context, ProcessDesk desk, CancellationToken cancellationToken) => desk.UndoAsync(id, IdempotencyKeys.Of(context, () => ""), version => ETags.ForCommand(context, version), cancellationToken)).ForAdmin("processes:write").Produces<ProcessView>();
    }

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? status, ProcessDesk desk, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(status) && !ProcessRecord.Statuses.Contains(status)) return Refusal.Invalid("status", "unknown_status", $"One of {string.Join(", ", ProcessRecord.Statuses)}.").ToResult();
        var rows = await desk.ListAsync(status, page.Keys(1) is [var last] ? last : "~", page.Limit + 1, cancellationToken);
        return Results.Json(page.Of(rows, row => ProcessDesk.View(row, []), row => [row.Id]), Json.Options);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, ProcessDesk desk, CancellationToken cancellationToken) =>
        await desk.FindAsync(id, cancellationToken) is { } view ? ETags.Answer(context, view.Version, view) : Refusal.NotFound("process").ToResult();
}

/// <summary>What staff can do with processes that are stuck.</summary>
internal sealed class ProcessDesk(Database database, ProcessStore store, ProcessRunner runner, TimeProvider clock)
{
    public static ProcessView View(ProcessRecord record, IReadOnlyList<JournalView> journal) =>
        new(record.Id, record.Kind, record.Subject, record.Status, record.Step, record.Attempts, record.Error, record.Version, journal);

    public Task<List<ProcessRecord>> ListAsync(string? status, string before, int limit, CancellationToken cancellationToken) => database.QueryAsync<ProcessRecord>($"""
        SELECT {ProcessStore.Columns} FROM processes WHERE id < {before} AND ({status ?? ""} = '' OR status = {status ?? ""}) ORDER BY id DESC LIMIT {limit}
        """, cancellationToken);

    public async Task<ProcessView?> FindAsync(string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } record ? View(record, await JournalAsync(id, cancellationToken)) : null;

    /// <summary>Tries the current step again now.</summary>
    public Task<Answer> RetryAsync(string id, IdempotencyKey? key, Func<long, Refusal?> precondition, CancellationToken cancellationToken) => ChangeAsync(id, "retry", key, precondition, record =>
    {
        record.Attempts = 0;
        record.Status = record.Refusal is null ? ProcessRecord.Running : ProcessRecord.Undoing;
    }, cancellationToken);

    /// <summary>Takes the current step as done, because staff know that it is.</summary>
    public Task<Answer> SkipAsync(string id, IdempotencyKey? key, Func<long, Refusal?> precondition, CancellationToken cancellationToken) => ChangeAsync(id, "skip", key, precondition, record =>
    {
        record.Attempts = 0;
        record.Called = 0;
        record.Step += record.Refusal is null ? 1 : -1;
        record.Status = record.Refusal is null ? ProcessRecord.Running : ProcessRecord.Undoing;
    }, cancellationToken);

    /// <summary>Turns the process back. Its undos are commits of their own; the answer is remembered after them.</summary>
    public async Task<Answer> UndoAsync(string id, IdempotencyKey? key, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        var record = await FindAsync(id, precondition, cancellationToken);
        if (!runner.CanUndo(record)) throw State("Only a stuck process before its point of no return can be undone.");
        await database.CommitAsync(new Commit().Audit("process.undo", record.Id, Shown(record)), cancellationToken);
        await runner.RefuseAsync(record.Subject, new(409, "undone_by_staff", "This was undone by staff."), cancellationToken);
        var undone = await store.FindAsync(id, cancellationToken) ?? record;
        var answer = AnswerOf(undone, undone.Version, await JournalAsync(id, cancellationToken));
        if (key is not null) await key.RememberAsync(database, answer, cancellationToken);
        return answer;
    }

    private async Task<Answer> ChangeAsync(string id, string what, IdempotencyKey? key, Func<long, Refusal?> precondition, Action<ProcessRecord> change, CancellationToken cancellationToken)
    {
        var record = await FindAsync(id, precondition, cancellationToken);
        if (record.Status != ProcessRecord.Stuck) throw State("The process is not stuck.");
        var before = Shown(record);
        change(record);
        record.Error = null;
        var entry = new JournalEntry("staff", what, null);
        var journal = await JournalAsync(id, cancellationToken);
        var answer = AnswerOf(record, record.Version + 1, [.. journal, new(entry.Step, entry.Phase, entry.Note, clock.GetUtcNow())]);
        var commit = new Commit().Audit($"process.{what}", record.Id, before, Shown(record));
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        try
        {
            await store.SaveAsync(record, commit, [entry], null, TimeSpan.Zero, cancellationToken);
        }
        catch (GuardFailedException)
        {
            throw State("The process has moved meanwhile.");
        }

        runner.LookNow();
        return answer;
    }

    private static string Shown(ProcessRecord record) => Json.Write(new { record.Kind, record.Status, record.Step, record.Attempts });

    private async Task<ProcessRecord> FindAsync(string id, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        var record = await store.FindAsync(id, cancellationToken) ?? throw new RefusedException(Refusal.NotFound("process"));
        return precondition(record.Version) is { } stale ? throw new RefusedException(stale) : record;
    }

    private static Answer AnswerOf(ProcessRecord record, long version, IReadOnlyList<JournalView> journal) =>
        new(200, Json.Write(View(record, journal) with { Version = version })) { ETag = ETags.Of(version) };

    private async Task<IReadOnlyList<JournalView>> JournalAsync(string id, CancellationToken cancellationToken) =>
        [.. (await store.JournalAsync(id, 500, cancellationToken)).Select(row => new JournalView(row.Entry.Step, row.Entry.Phase, row.Entry.Note, DateTimeOffset.FromUnixTimeMilliseconds(row.At)))];

    private static RefusedException State(string why) => new(new(409, "process_state", why));
}
