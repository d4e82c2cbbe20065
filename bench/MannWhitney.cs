namespace Composable.Bench;

/// <summary>Whether one row of numbers tends to be larger than another, without asking how they are distributed.</summary>
internal static class MannWhitney
{
    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Two-sided, by the normal approximation with a correction for ties; for rows of some twenty numbers and more.</summary>
    public static double P(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        var all = one.Select(value => (Value: value, First: true)).Concat(other.Select(value => (Value: value, First: false))).OrderBy(row => row.Value).ToArray();
        var (ranks, ties) = (0.0, 0.0);
        for (var at = 0; at < all.Length;)
        {
            var end = at;
            while (end < all.Length && all[end].Value == all[at].Value) end++;
            var (count, rank) = ((double)end - at, (at + 1 + end) / 2.0);
            for (; at < end; at++) if (all[at].First) ranks += rank;
            ties += (count * count * count) - count;
        }

        double n = one.Count, m = other.Count, total = n + m;
        var u = ranks - (n * (n + 1) / 2);
        var spread = Math.Sqrt(n * m / 12 * (total + 1 - (ties / (total * (total - 1)))));
        return spread == 0 ? 1 : TwoSided((u - (n * m / 2)) / spread);
    }

    /// <summary>The two tails of the normal distribution, by Abramowitz and Stegun 7.1.26; good to seven digits.</summary>
    private static double TwoSided(double z)
    {
        var x = Math.Abs(z) / Math.Sqrt(2);
        var t = 1 / (1 + (0.3275911 * x));
        return t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429)))))))) * Math.Exp(-x * x);
    }
}
