namespace Composable.Connectors.Sdk;

/// <summary>The two rounding rules there are. Decimals live inside them and come out as minor units.</summary>
public static class Rounding
{
    /// <summary>Half of a minor unit goes up, away from zero.</summary>
    public static long HalfUp(decimal minorUnits) => checked((long)decimal.Round(minorUnits, MidpointRounding.AwayFromZero));

    /// <summary>
    /// Splits a total in proportion to weights so that the parts always sum to it: each part is cut down to whole units, and the units left over
    /// go to the parts that lost most, earlier ones first. Weights that are exact parts of the total come back unchanged.
    /// </summary>
    /// <param name="total">In minor units, zero or more.</param>
    /// <param name="weights">At least one, none negative. All zero counts as all equal.</param>
    public static long[] LargestRemainder(long total, IReadOnlyList<decimal> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        ArgumentOutOfRangeException.ThrowIfZero(weights.Count);
        if (weights.Any(weight => weight < 0)) throw new ArgumentOutOfRangeException(nameof(weights), "A weight is negative.");

        var sum = weights.Sum();
        var shares = weights.Select(weight => total * (sum == 0 ? 1m / weights.Count : weight / sum)).ToArray();
        var parts = shares.Select(share => (long)decimal.Floor(share)).ToArray();
        var left = total - parts.Sum();
        foreach (var index in Enumerable.Range(0, parts.Length).OrderByDescending(index => shares[index] - parts[index]).Take((int)left)) parts[index]++;
        return parts;
    }
}
