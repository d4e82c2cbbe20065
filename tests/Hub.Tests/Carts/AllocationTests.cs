using Composable.Hub.Carts;
using FsCheck;
using FsCheck.Fluent;

namespace Composable.Hub.Tests.Carts;

public sealed class AllocationTests
{
    [Fact]
    public void Parts_add_up_are_near_their_share_and_follow_the_weights() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
        Gen.Choose(0, 1_000_000).ToArbitrary(), Gen.Choose(0, 5_000).ArrayOf().ToArbitrary(), (amount, drawn) => Holds(amount, [.. drawn.Select(weight => (long)weight)])));

    [Fact]
    public void The_largest_numbers_do_not_overflow() =>
        Allocation.ByLargestRemainder(long.MaxValue, [long.MaxValue, long.MaxValue, 1]).Aggregate((Int128)0, (sum, part) => sum + part).ShouldBe(long.MaxValue);

    [Fact]
    public void What_is_left_goes_to_the_earlier_line() => Allocation.ByLargestRemainder(100, [1, 1, 1]).ShouldBe([34, 33, 33]);

    [Fact]
    public void Weightless_lines_get_nothing() => Allocation.ByLargestRemainder(100, [0, 0]).ShouldBe([0, 0]);

    private static bool Holds(long amount, long[] weights)
    {
        var parts = Allocation.ByLargestRemainder(amount, weights);
        var total = weights.Sum();
        parts.Sum().ShouldBe(total == 0 ? 0 : amount);
        for (var i = 0; i < weights.Length; i++)
        {
            var share = total == 0 ? 0 : (decimal)amount * weights[i] / total;
            Math.Abs(parts[i] - share).ShouldBeLessThan(1);
            for (var j = 0; j < weights.Length; j++) if (weights[i] > weights[j]) parts[i].ShouldBeGreaterThanOrEqualTo(parts[j]);
        }

        return true;
    }
}
