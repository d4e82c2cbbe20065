using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.InProcessEdge;

/// <summary>Keeps values and answers in memory. A function cannot run here; which one was deployed is kept, so that a host can tell.</summary>
internal sealed class InProcessEdgeClient(InProcessEdgeSettings settings, TimeProvider clock) : IEdge, IAnswerCache
{
    /// <summary>As real edges have it, so that a key that works here works there.</summary>

    private const int MaxAnswers = 1_000;
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    private readonly BoundedStore<string> _values = new(settings.MaxKeys, settings.MaxBytes, clock);
    private readonly BoundedStore<Uri> _answers = new(MaxAnswers, MaxAnswerBytes, clock);
    private volatile EdgeFunction? _function;

    public EdgeLimits Limits { get; } = new(
        MaxWrites: 10_000, MaxValueBytes: (int)Math.Min(settings.MaxBytes, 25 * 1024 * 1024), MaxTags: 1_000, MaxAddresses: 1_000, VisibleWithin: TimeSpan.Zero);

    /// <summary>The function that was deployed last; null before the first.</summary>
    public EdgeFunction? Function => _function;

    public Task DeployAsync(EdgeFunction program, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _function = program;
        return Task.CompletedTask;
    }

    public Task WriteAsync(IReadOnlyList<EdgeEntry> entries, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // All of it is looked at before any of it is written.
        foreach (var entry in entries) Limits.Check(entry);
        foreach (var entry in entries)
        {
            if (entry.Value is { } value) _values.Put(entry.Key, value, [], entry.Lives);
            else _values.Remove(entry.Key);
        }

        return Task.CompletedTask;
    }

    public Task<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EdgeLimits.CheckKey(key);
        return Task.FromResult(_values.Find(key));
    }

    public Task PurgeAsync(IReadOnlyCollection<string> tags, IReadOnlyCollection<Uri> addresses, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (tags.Count > 0) _answers.RemoveTagged(tags.ToHashSet());
        foreach (var address in addresses) _answers.Remove(address);
        return Task.CompletedTask;
    }

    public void Keep(Uri address, IReadOnlyCollection<string> tags, ReadOnlyMemory<byte> answer, TimeSpan lives) => _answers.Put(address, answer, [.. tags], lives);

    public ReadOnlyMemory<byte>? Kept(Uri address) => _answers.Find(address);
}
