using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Connections as a file that a team keeps with its code: read, compared and applied as a whole.</summary>
internal sealed class ConnectionsAsCode(ConnectionList connections, ConnectionDesk desk, ConnectionStore store)
{
    private const int Most = 100;

    private sealed record Planned(ConnectionDefinition Definition, long Before, PlannedChange Change);

    public ConnectionFile Export() => new([.. connections.All.OrderBy(connection => connection.Definition.Id, StringComparer.Ordinal).Select(ConnectionEntry.Of)]);

    /// <summary>What applying the file would change; nothing is stored.</summary>
    public async Task<ConnectionPlan> PlanAsync(ConnectionFile file, CancellationToken cancellationToken)
    {
        await connections.RefreshAsync(cancellationToken);
        return new([.. Compare(file).Select(planned => planned.Change)]);
    }

    /// <summary>Applies the file in one commit, all of it or nothing.</summary>
    public async Task<IResult> ApplyAsync(ConnectionFile file, Func<string, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await connections.RefreshAsync(cancellationToken);
        if (precondition(Tag()) is { } stale) return stale.ToResult();
        var planned = Compare(file);
        var answer = new Answer(200, Json.Write(new ConnectionPlan([.. planned.Select(each => each.Change)])));
        try
        {
            await store.SaveAsync(planned.Where(each => each.Change.Action != "keep").Select(each => (each.Definition, each.Before)), key, answer, cancellationToken);
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            await connections.RefreshAsync(cancellationToken);
            return new Refusal(412, "precondition_failed", "This has changed since you read it.") { ETag = Tag() }.ToResult();
        }

        await connections.RefreshAsync(cancellationToken);
        return answer with { ETag = Tag() };
    }

    private string Tag() => ETags.OfContent(Json.Write(Export()));

    private List<Planned> Compare(ConnectionFile file)
    {
        if (file.Connections.Count > Most) throw new RefusedException(Refusal.Invalid("/connections", "out_of_range", $"At most {Most} connections."));
        var planned = new List<Planned>();
        for (var i = 0; i < file.Connections.Count; i++)
        {
            var entry = file.Connections[i];
            var before = connections.Find(entry.Id);
            if (planned.Exists(each => each.Definition.Id == entry.Id)) throw new RefusedException(Refusal.Invalid($"/connections/{i}/id", "duplicate", $"{entry.Id} stands twice."));
            var (definition, refusal) = desk.Define(entry.Id, new(entry.Connector, entry.Settings, entry.Enabled), before);
            if (refusal is not null) throw new RefusedException(At(i, refusal));
            var members = before is null ? [] : Different(before.Definition, definition!);
            planned.Add(new(definition!, before?.Version ?? 0, new(entry.Id, before is null ? "create" : members.Count == 0 ? "keep" : "change", members)));
        }

        return planned;
    }

    private static List<string> Different(ConnectionDefinition before, ConnectionDefinition after)
    {
        var members = before.Settings.Select(member => member.Key).Union(after.Settings.Select(member => member.Key))
            .Where(name => !JsonNode.DeepEquals(before.Settings[name], after.Settings[name])).Select(name => "/settings/" + JsonPointer.Escape(name)).Order(StringComparer.Ordinal).ToList();
        if (before.Enabled != after.Enabled) members.Insert(0, "/enabled");
        return members;
    }

    /// <summary>The refusal of one entry, with pointers into the file.</summary>
    private static Refusal At(int index, Refusal refusal) => refusal with
    {
        Errors = [.. (refusal.Errors ?? [new FieldError("", refusal.Code, refusal.Detail)]).Select(error => error with { Pointer = $"/connections/{index}{error.Pointer}" })],
    };
}
