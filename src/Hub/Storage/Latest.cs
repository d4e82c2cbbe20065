using Microsoft.Extensions.Caching.Memory;

namespace Composable.Hub.Storage;

/// <summary>
/// What a writer believes to be the newest version of an aggregate. Every write asserts the version it was computed from, so a wrong
/// belief costs one more round trip and never a wrong write. Answers to readers come from the database, not from here.
/// </summary>
internal sealed class Latest<T>(int limit) : IDisposable
    where T : class
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private readonly MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = limit });

    public T? Find(string id) => memory.TryGetValue(id, out T? found) ? found : null;

    public void Set(string id, T value) => memory.Set(id, value, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = Kept });

    public void Forget(string id) => memory.Remove(id);

    public void Dispose() => memory.Dispose();
}
