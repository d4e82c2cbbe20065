using Composable.Hub.Catalog.Import;
using Shouldly;
using Xunit;

namespace Hub.Tests.Catalog.Import;

/// <summary>Alone: what other tests hold at the same time would be counted too.</summary>
[CollectionDefinition(nameof(LongFileTests), DisableParallelization = true)]
[Collection(nameof(LongFileTests))]
public sealed class LongFileTests
{
    private const int Rows = 500_000;
    /// <summary>What a reader may hold whatever the length of the file: buffers, and the pairs that Online Retail remembers.</summary>
    private const long Bound = 16 << 20;

    [Fact]
    public Task Shopify_csv_is_read_in_flat_memory() => HoldsLittleAsync(
        new ShopifyCsv("USD"), Rows / 2, "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant Price\n",
        row => row % 2 == 0 ? $"p-{row},Product {row},\"<p>Some\ntext</p>\",Size,S,1.99\n" : $"p-{row - 1},,,,M,2.99\n");

    [Fact]
    public Task Shopify_csv_with_one_endless_product_is_read_in_flat_memory() => HoldsLittleAsync(
        new ShopifyCsv("USD"), 1, "Handle,Title,Option1 Name,Option1 Value,Variant Price\n", row => row == 0 ? "p,P,No,0,1\n" : $"p,,,{row},1\n");

    [Fact]
    public Task Json_lines_are_read_in_flat_memory() => HoldsLittleAsync(
        new ProductJsonLines(), Rows, "", row => $$$"""{"slug":"p-{{{row}}}","title":"Product {{{row}}}","variants":[{"sku":"p-{{{row}}}","prices":{"USD":199}}]}""" + "\n");

    [Fact]
    public Task Order_lines_are_read_in_flat_memory() => HoldsLittleAsync(
        new OnlineRetail(), 16_000, "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n",
        row => $"{row / 20},{row % 4_000},\"A \"\"fine\"\" thing\",1,2010-12-01 08:26:00,{1 + (row / 4_000 % 4)}.50,1,United Kingdom\n");

    [Fact]
    public Task A_quote_that_is_never_closed_is_read_in_flat_memory() => HoldsLittleAsync(
        new ShopifyCsv("USD"), 1, "Handle,Title,Variant Price\n\"", row => $"p-{row},Product {row},1.99\n");

    private static async Task HoldsLittleAsync(IProductReader reader, int expected, string header, Func<int, string> row)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (count, highest) = (0, 0L);
        using var stream = new GeneratedStream(Enumerable.Range(0, Rows).Select(Generate).Prepend(header));
        await foreach (var _ in reader.ReadAsync(stream, CancellationToken.None)) count++;

        count.ShouldBe(expected);
        highest.ShouldBeGreaterThan(0);
        (highest - before).ShouldBeLessThan(Bound);

        string Generate(int number)
        {
            if (number % 100_000 == 99_999) highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
            return row(number);
        }
    }
}
