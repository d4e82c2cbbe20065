namespace Composable.Hub.Carts;

internal static class Allocation
{
    /// <summary>
    /// Splits an amount in proportion to weights so that the parts always add up to it: everybody gets the whole part, and the units that
    /// are left go to the largest remainders, the earlier one first.
    /// </summary>
    public static long[] ByLargestRemainder(long amount, long[] weights)
    {
        var parts = new long[weights.Length];
        Int128 total = 0;
        foreach (var weight in weights) total += weight;
        if (total == 0 || amount == 0) return parts;

        var remainders = new (Int128 Remainder, int Index)[weights.Length];
        long given = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var exact = (Int128)amount * weights[i];
            parts[i] = (long)(exact / total);
            remainders[i] = (exact % total, i);
            given += parts[i];
        }

        Array.Sort(remainders, (a, b) => a.Remainder != b.Remainder ? b.Remainder.CompareTo(a.Remainder) : a.Index.CompareTo(b.Index));
        for (var i = 0; given < amount; i++, given++) parts[remainders[i].Index]++;
        return parts;
    }
}
