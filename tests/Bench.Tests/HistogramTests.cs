using Composable.Bench;
using Shouldly;
using Xunit;

namespace Bench.Tests;

public sealed class HistogramTests
{
    [Fact]
    public void Every_value_is_kept_to_three_digits()
    {
        for (long value = 0; value <= Histogram.Largest; value += (value / 997) + 1)
        {
            var histogram = new Histogram();
            histogram.Record(value);
            histogram.Record(Histogram.Largest);

            var read = histogram.Percentile(50);

            read.ShouldBeInRange(value, value + (value / 1000));
        }
    }

    [Fact]
    public void Percentiles_agree_with_a_sorted_list()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 50_000).Select(_ => (long)Math.Exp(random.NextDouble() * 20)).Order().ToArray();
        var histogram = new Histogram();
        Array.ForEach(values, histogram.Record);

        foreach (var percent in new[] { 0.001, 1, 50, 90, 95, 99, 99.9, 100 })
        {
            var exact = values[(int)Math.Ceiling(percent / 100 * values.Length) - 1];
            histogram.Percentile(percent).ShouldBeInRange(exact, exact + (exact / 1000));
        }
    }

    [Fact]
    public void Values_out_of_range_count_as_the_nearest_end()
    {
        var histogram = new Histogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        (histogram.Count, histogram.Percentile(50), histogram.Percentile(100), histogram.Max)
            .ShouldBe((2, 0, Histogram.Largest, Histogram.Largest));
    }

    [Fact]
    public void An_empty_histogram_reads_as_zero() => new Histogram().Percentile(99).ShouldBe(0);

    [Fact]
    public void Adding_two_is_recording_into_one()
    {
        var (first, second, both) = (new Histogram(), new Histogram(), new Histogram());
        for (var value = 1; value < 100_000; value += 7)
        {
            (value % 2 == 0 ? first : second).Record(value);
            both.Record(value);
        }

        first.Add(second);

        (first.Count, first.Max, first.Percentile(50), first.Percentile(99))
            .ShouldBe((both.Count, both.Max, both.Percentile(50), both.Percentile(99)));
    }
}
