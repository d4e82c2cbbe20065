using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Composable.Hub.Pages;

/// <summary>Something kept for many callers.</summary>
internal interface ICopy
{
    /// <summary>What it shows; a change of one of them outdates it.</summary>
    IReadOnlyCollection<string> Tags { get; }
}

/// <summary>Copies that callers share: made once for all who ask at the same time, outdated by tag, and never more than a bound.</summary>
internal sealed class SharedCopies<TKey, TCopy>(int most, TimeProvider clock)
    where TKey : notnull
    where TCopy : class, ICopy
{
    /// <summary>How much goes at once, so that making room is rare.</summary>
    private const int Share = 10;

    private readonly ConcurrentDictionary<TKey, Slot> slots = new();
    private readonly Lock pruning = new();

    public int Count => slots.Count;

    public IEnumerable<TKey> Keys => slots.Keys;

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
            slot = slots.GetOrAdd(key, _ => new());
            slot.Use(clock.GetTimestamp());
            if (slots.Count > most) Prune();
        }

        return slot;
    }

    public void Remove(TKey key) => slots.TryRemove(key, out _);

    /// <summary>Outdates what shows one of the tags, and what <paramref name="also"/> picks.</summary>
    public void Outdate(IReadOnlySet<string> tags, Predicate<TCopy?>? also = null)
    {
        foreach (var slot in slots.Values) if (also?.Invoke(slot.Copy) == true || slot.Copy?.Tags.Any(tags.Contains) == true || slot.IsBusy) slot.Outdate();
    }

    public void OutdateAll(Predicate<TKey> which)
    {
        foreach (var (key, slot) in slots) if (which(key)) slot.Outdate();
    }

    private void Prune()
    {
        if (!pruning.TryEnter()) return;
        try
        {
            foreach (var key in slots.OrderBy(slot => slot.Value.UsedAt).Take(slots.Count - most + (most / Share)).Select(slot => slot.Key).ToList()) slots.TryRemove(key, out _);
        }
        finally
        {
            pruning.Exit();
        }
    }

    internal sealed class Slot
    {
        private readonly Lock making = new();
        private Task<TCopy>? made;
        private long outdated, usedAt;
        private volatile TCopy? copy;
        private volatile bool isOutdated;

        public TCopy? Copy => copy;

        /// <summary>Something on the copy has changed since it was begun.</summary>
        public bool IsOutdated => isOutdated;

        public bool IsBusy => Volatile.Read(ref made) is not null;

        public long UsedAt => Volatile.Read(ref usedAt);

        public void Use(long now) => Volatile.Write(ref usedAt, now);

        public void Outdate()
        {
            Interlocked.Increment(ref outdated);
            isOutdated = true;
        }

        /// <summary>Makes a new copy, or joins who is at it already. The old one stays when that fails.</summary>
        public Task<TCopy> RenewAsync(Func<TCopy?, Task<TCopy>> make)
        {
            lock (making) return made ??= Task.Run(() => MakeAsync(make));
        }

        private async Task<TCopy> MakeAsync(Func<TCopy?, Task<TCopy>> make)
        {
            var begun = Interlocked.Read(ref outdated);
            try
            {
                var fresh = await make(copy);
                copy = fresh;
                // What changed while it was made may or may not be on it.
                isOutdated = Interlocked.Read(ref outdated) != begun;
                return fresh;
            }
            finally
            {
                lock (making) made = null;
            }
        }
    }
}
