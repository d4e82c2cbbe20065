namespace Composable.Connectors.InProcessEdge;

/// <summary>Values by key, each with an end, in a bounded room: what was written longest ago goes first.</summary>
internal sealed class BoundedStore<TKey>(int maxKeys, long maxBytes, TimeProvider clock)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Slot>> _slots = [];
    private readonly LinkedList<Slot> _byAge = new();
    private long _bytes;

    public void Put(TKey key, ReadOnlyMemory<byte> value, IReadOnlyCollection<string> tags, TimeSpan? lives)
    {
        // Copied, because the caller may use its buffer again.
        var slot = new Slot(key, value.ToArray(), tags, lives is { } time ? clock.GetUtcNow() + time : DateTimeOffset.MaxValue);
        lock (_lock)
        {
            Drop(key);
            _slots[key] = _byAge.AddLast(slot);
            _bytes += slot.Value.Length;
            while (_byAge.First is { } oldest && (_slots.Count > maxKeys || _bytes > maxBytes)) Drop(oldest.Value.Key);
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock) Drop(key);
    }

    public ReadOnlyMemory<byte>? Find(TKey key)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(key, out var node)) return null;
            if (clock.GetUtcNow() < node.Value.Ends) return node.Value.Value;
            Drop(key);
            return null;
        }
    }

    public void RemoveTagged(IReadOnlySet<string> tags)
    {
        lock (_lock)
        {
            foreach (var slot in _byAge.Where(slot => slot.Tags.Any(tags.Contains)).ToList()) Drop(slot.Key);
        }
    }

    private void Drop(TKey key)
    {
        if (!_slots.Remove(key, out var node)) return;
        _byAge.Remove(node);
        _bytes -= node.Value.Value.Length;
    }

    private sealed record Slot(TKey Key, byte[] Value, IReadOnlyCollection<string> Tags, DateTimeOffset Ends);
}
