using System.Numerics;

namespace Composable.Bench;

/// <summary>Counts of values from 0 to 3,600,000,000 (an hour in microseconds), each kept to within 0.1%. Memory is fixed, about 190 KB.</summary>
/// <remarks>
/// Up to 2,047 every value has its own bucket; above, each doubling is cut into 1,024 equal buckets. Larger values count
/// as the largest, negative ones as 0. Not thread-safe.
/// </remarks>
internal sealed class Histogram
{
    public const long Largest = 3_600_000_000;
    private const int HalfBits = 10;
    private const int Half = 1 << HalfBits;

    private readonly long[] counts = new long[IndexOf(Largest) + 1];

    public long Count { get; private set; }
    public long Max { get; private set; }

    public void Record(long value)
    {
        value = Math.Clamp(value, 0, Largest);
        counts[IndexOf(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += other.counts[i];
        }

        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The smallest recorded value (to within 0.1%) that <paramref name="percent"/> of all values do not exceed; 0 when empty.</summary>
    public long Percentile(double percent)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank)
            {
                return Math.Min(HighestIn(i), Max);
            }
        }

        return Max;
    }

    private static int IndexOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - HalfBits);
        return (shift << HalfBits) + (int)(value >> shift);
    }

    private static long HighestIn(int index)
    {
        if (index < 2 * Half)
        {
            return index;
        }

        var shift = (index >> HalfBits) - 1;
        var part = (long)(index & (Half - 1)) + Half;
        return ((part + 1) << shift) - 1;
    }
}
