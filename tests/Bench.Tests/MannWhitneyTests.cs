using Composable.Bench;
using Shouldly;
using Xunit;

namespace Bench.Tests;

public sealed class MannWhitneyTests
{
    private static readonly double[] Low = [.. Enumerable.Range(0, 100).Select(number => (double)number)];

    [Fact]
    public void Rows_that_are_alike_are_likely_and_rows_that_are_not_are_not()
    {
        MannWhitney.P(Low, Low).ShouldBe(1, 1e-6);
        MannWhitney.P(Low, [.. Low.Select(number => number + 1)]).ShouldBeGreaterThan(0.5);
        MannWhitney.P(Low, [.. Low.Select(number => number + 100)]).ShouldBeLessThan(1e-9);
    }

    [Fact]
    public void Ties_count_half()
    {
        MannWhitney.P([1, 1, 1, 1], [1, 1, 1, 1]).ShouldBe(1);
        MannWhitney.Median([3, 1, 2]).ShouldBe(2);
        MannWhitney.Median([4, 1, 2, 3]).ShouldBe(2.5);
    }
}
