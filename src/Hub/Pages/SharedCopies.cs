using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Composable.Hub.Pages;

/// <summary>Something kept for many callers.</summary>
internal interface ICopy
{
    /// <summary>What it shows; a change of one of them outdates it.</summary>
    IReadOnlyCollection<string> Tags { get; }

    /// <summary>About how many bytes it takes.</summary>
    long Size { get; }
}

/// <summary>Copies that callers share: made once for all who ask at the same time, outdated by tag, and bounded in number and size.</summary>
internal sealed class SharedCopies<TKey, TCopy>(int most, long mostBytes, TimeProvider clock)
    where TKey : notnull
    where TCopy : class, ICopy
{
    /// <summary>How much goes at once, so that making room is rare.</summary>
    private const int Share = 10;

    private readonly ConcurrentDictionary<TKey, Slot> slots = new();
    private readonly Lock pruning = new();

    public int Count => slots.Count;

    public IEnumerable<TKey> Keys => slots.Keys;

    /// <summary>Those that nothing has changed on.</summary>
    public IEnumerable<(TKey Key, TCopy Copy)> Current => slots.Where(slot => slot.Value is { Copy: not null, IsOutdated: false }).Select(slot => (slot.Key, slot.Value.Copy!));

    public bool TryFind(TKey key, [NotNullWhen(true)] out Slot? slot)
    {
        if (!slots.TryGetValue(key, out slot)) return false;
        slot.Use(clock.GetTimestamp());
        return true;
    }

    /// <summary>The place of a copy, whether there is one or not.</summary>
    public Slot At(TKey key)
    {
        if (!TryFind(key, out var slot))
        {
            slot = slots.GetOrAdd(key, _ => new(Prune));
            slot.Use(clock.GetTimestamp());
            if (slots.Count > most) Prune();
        }

        return slot;
    }

    public void Remove(TKey key) => slots.TryRemove(key, out _);

    /// <summary>Outdates what shows one of the tags, and what <paramref name="also"/> picks.</summary>
    public void Outdate(IReadOnlySet<string> tags, Predicate<TCopy>? also = null)
    {
        if (tags.Count == 0 && also is null) return;
        foreach (var slot in slots.Values) slot.Outdate(copy => also?.Invoke(copy) == true || copy.Tags.Any(tags.Contains));
    }

    public void OutdateAll(Predicate<TKey> which)
    {
        foreach (var (key, slot) in slots) if (which(key)) slot.Outdate(_ => true);
    }

    /// <summary>The least used go until there is some room.</summary>
    private void Prune()
    {
        if (!pruning.TryEnter()) return;
        try
        {
            var sizes = slots.Select(slot => (slot.Key, slot.Value.UsedAt, Size: slot.Value.Copy?.Size ?? 0)).OrderBy(slot => slot.UsedAt).ToList();
            var (count, bytes) = (sizes.Count, sizes.Sum(slot => slot.Size));
            if (count <= most && bytes <= mostBytes) return;
            foreach (var slot in sizes)
            {
                if (count <= most - (most / Share) && bytes <= mostBytes - (mostBytes / Share)) break;
                slots.TryRemove(slot.Key, out _);
                (count, bytes) = (count - 1, bytes - slot.Size);
            }
        }
        finally
        {
            pruning.Exit();
        }
    }

    internal sealed class Slot(Action made)
    {
        private readonly Lock changing = new();
        private Task<TCopy>? making;
        private List<Predicate<TCopy>>? changedMeanwhile;
        private long usedAt;
        private volatile TCopy? copy;
        private volatile bool isOutdated;

        public TCopy? Copy => copy;

        /// <summary>Something on the copy has changed since it was begun.</summary>
        public bool IsOutdated => isOutdated;

        public long UsedAt => Volatile.Read(ref usedAt);

        public void Use(long now) => Volatile.Write(ref usedAt, now);

        /// <summary>Outdates the copy when it is affected, and so the one that is being made: what changes meanwhile may or may not be on it.</summary>
        public void Outdate(Predicate<TCopy> isAffected)
        {
            lock (changing)
            {
                if (copy is { } current && isAffected(current)) isOutdated = true;
                if (making is not null) (changedMeanwhile ??= []).Add(isAffected);
            }
        }

        /// <summary>Makes a new copy, or joins who is at it already. The old one stays when that fails.</summary>
        public Task<TCopy> RenewAsync(Func<TCopy?, Task<TCopy>> make)
        {
            lock (changing) return making ??= Task.Run(() => MakeAsync(make));
        }

        private async Task<TCopy> MakeAsync(Func<TCopy?, Task<TCopy>> make)
        {
            TCopy? fresh = null;
            try
            {
                fresh = await make(copy);
            }
            finally
            {
                lock (changing)
                {
                    if (fresh is not null) (copy, isOutdated) = (fresh, changedMeanwhile?.Exists(isAffected => isAffected(fresh)) == true);
                    (making, changedMeanwhile) = (null, null);
                }
            }

            made();
            return fresh;
        }
    }
}
