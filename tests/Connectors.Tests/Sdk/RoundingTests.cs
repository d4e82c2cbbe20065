using FsCheck;
using FsCheck.Fluent;

namespace Connectors.Tests.Sdk;

public sealed class RoundingTests
{
    private static Gen<(long Total, decimal[] Weights)> Splits =>
        from total in Gen.Choose(0, 100_000)
        from weights in Gen.NonEmptyListOf(Gen.Choose(0, 1_000_000))
        select ((long)total, weights.Select(weight => weight / 7m).ToArray());

    [Fact]
    public void Parts_always_sum_to_the_total_and_none_is_a_whole_unit_off() => Prop.ForAll(Splits.ToArbitrary(), split =>
    {
        var parts = Rounding.LargestRemainder(split.Total, split.Weights);
        var sum = split.Weights.Sum();
        return parts.Sum() == split.Total
            && (sum == 0 || parts.Zip(split.Weights).All(pair => Math.Abs(pair.First - split.Total * (pair.Second / sum)) <= 1.0000001m));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whole_parts_of_a_total_come_back_unchanged()
    {
        var wholes = Gen.NonEmptyListOf(Gen.Choose(0, 1_000_000));
        Prop.ForAll(wholes.ToArbitrary(), parts => Rounding.LargestRemainder(parts.Sum(part => (long)part), [.. parts.Select(part => (decimal)part)])
            .SequenceEqual(parts.Select(part => (long)part)) || parts.All(part => part == 0)).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(2.5, 3)]
    [InlineData(2.4999, 2)]
    [InlineData(-2.5, -3)]
    public void Half_goes_up(double amount, long rounded) => Rounding.HalfUp((decimal)amount).ShouldBe(rounded);

    [Fact]
    public void Leftover_units_go_to_the_parts_that_lost_most() => Rounding.LargestRemainder(10, [1, 1, 1]).ShouldBe([4, 3, 3]);
}
