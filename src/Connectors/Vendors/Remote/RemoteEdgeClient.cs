using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

internal sealed class RemoteEdgeClient(RemoteEdgeSettings settings, RemoteCalls calls) : RemoteClient("edge", settings, calls), IEdge
{
    public EdgeLimits Limits { get; } = new(
        settings.Limits.MaxWrites, settings.Limits.MaxValueBytes, settings.Limits.MaxTags, settings.Limits.MaxAddresses, TimeSpan.FromSeconds(settings.Limits.VisibleWithinSeconds));

    protected override (string Name, JsonNode? Limits)? Agreed => ("edge", Node(settings.Limits));

    public Task DeployAsync(EdgeFunction program, CancellationToken cancellationToken) => Calls.AskAsync(RemoteOperations.Deploy, program, cancellationToken);

    public async Task WriteAsync(IReadOnlyList<EdgeEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries) Limits.Check(entry);
        foreach (var some in entries.Chunk(Math.Max(1, Limits.MaxWrites)))
            await Calls.AskAsync(RemoteOperations.WriteValues, new RemoteEntries(some), cancellationToken);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        EdgeLimits.CheckKey(key);
        return (await Calls.AskAsync(RemoteOperations.ReadValue, new RemoteKey(key), cancellationToken)).Value;
    }

    public async Task PurgeAsync(IReadOnlyCollection<string> tags, IReadOnlyCollection<Uri> addresses, CancellationToken cancellationToken)
    {
        foreach (var some in tags.Chunk(Math.Max(1, Limits.MaxTags))) await Calls.AskAsync(RemoteOperations.Purge, new RemotePurge(some, []), cancellationToken);
        foreach (var some in addresses.Chunk(Math.Max(1, Limits.MaxAddresses))) await Calls.AskAsync(RemoteOperations.Purge, new RemotePurge([], some), cancellationToken);
    }
}
