using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Cloudflare;

/// <summary>Cuts what is to be written into calls that Cloudflare takes.</summary>
internal static class CloudflareBatches
{
    public const int MaxPairs = 10_000;
    public const int MaxValueBytes = 25 * 1024 * 1024;

    /// <summary>Tags or addresses in one purge, on every plan.</summary>
    public const int MaxPurge = 30;

    public static readonly EdgeLimits Limits = new(MaxPairs, MaxValueBytes, MaxPurge, MaxPurge, VisibleWithin: TimeSpan.FromSeconds(60));

    /// <summary>Of one call; JSON makes six bytes of one at worst, and Cloudflare takes 100 MB.</summary>
    private const int MaxBatchBytes = 16 * 1024 * 1024;

    /// <summary>The shortest life that Cloudflare takes.</summary>
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The last that was said of each key. Nobody could see what was said before: a key takes one write a second, and readers are a minute
    /// behind. With every key once, no order between the calls can change what a key ends with.
    /// </summary>
    public static IReadOnlyCollection<EdgeEntry> LastOfEachKey(IReadOnlyList<EdgeEntry> entries)
    {
        var last = new Dictionary<string, EdgeEntry>();
        foreach (var entry in entries)
        {
            Limits.Check(entry);
            last[entry.Key] = entry;
        }

        return last.Values;
    }

    public static IEnumerable<IReadOnlyList<CloudflarePair>> Of(IEnumerable<EdgeEntry> writes)
    {
        var (batch, bytes) = (new List<CloudflarePair>(), 0L);
        foreach (var write in writes)
        {
            var size = write.Key.Length + write.Value!.Value.Length;
            if (batch.Count == MaxPairs || (batch.Count > 0 && bytes + size > MaxBatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(Pair(write));
            bytes += size;
        }

        if (batch.Count > 0) yield return batch;
    }

    private static CloudflarePair Pair(EdgeEntry write)
    {
        // Readers may be behind by as much as the shortest life, so a shorter one is not promised to them either.
        long? lives = write.Lives is { } time ? (long)Math.Ceiling(Math.Max(time.TotalSeconds, ShortestLife.TotalSeconds)) : null;
        var value = write.Value!.Value.Span;
        try
        {
            return new CloudflarePair(write.Key, Strict.GetString(value), null, lives);
        }
        catch (DecoderFallbackException)
        {
            return new CloudflarePair(write.Key, Convert.ToBase64String(value), true, lives);
        }
    }
}
