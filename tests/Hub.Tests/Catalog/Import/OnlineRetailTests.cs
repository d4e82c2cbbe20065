using System.Text;
using Composable.Hub.Catalog.Import;
using Shouldly;
using Xunit;

namespace Hub.Tests.Catalog.Import;

public sealed class OnlineRetailTests
{
    private const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    [Fact]
    public async Task A_stock_code_has_a_variant_for_each_price_it_was_sold_at()
    {
        var rows = await ReadAsync("""
            536365,85123a, WHITE LAMP ,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
            536366,85123A,WHITE LAMP,1,12/1/2010 8:28,2.55,,United Kingdom
            536367,85123A,WHITE LAMP,1,2010-12-01 08:30:00,2.95,17850.0,France
            536368,gift_0001_20,,1,2010-12-01 08:30:00,16.67,17850,France

            """);

        rows.Products().Select(product => (product.Slug, product.Title, product.Variants.Single().Sku)).ShouldBe(
            [("85123a", "WHITE LAMP", "85123A-255"), ("85123a", "WHITE LAMP", "85123A-295"), ("gift-0001-20", "GIFT_0001_20", "GIFT_0001_20-1667")]);
        rows.Products()[0].Variants.Single().ShouldSatisfyAllConditions(
            variant => variant.Prices.ShouldBe(new Dictionary<string, long> { ["GBP"] = 255 }), variant => variant.Stock.ShouldBe(OnlineRetail.AssumedStock));
    }

    [Theory]
    [InlineData("C536365,1,A,-1,2010-12-01 08:26:00,2.55,1,UK", "cancellation")]
    [InlineData("536365,1,A,-1,2010-12-01 08:26:00,2.55,1,UK", "quantity")]
    [InlineData("536365,1,A,1,2010-12-01 08:26:00,0,1,UK", "price")]
    [InlineData("536365,1,A,1,2010-12-01 08:26:00,-11062.06,1,UK", "price")]
    [InlineData("536365,1,A,1,2010-12-01 08:26:00,0.001,1,UK", "pence")]
    [InlineData("536365,1,A,1,yesterday,2.55,1,UK", "InvoiceDate")]
    [InlineData("536365,1,A,many,2010-12-01 08:26:00,2.55,1,UK", "Quantity")]
    [InlineData("536365,1,A", "Quantity")]
    public async Task A_line_that_sells_nothing_is_rejected(string row, string reason)
    {
        var rejection = (await ReadAsync(row)).Single().ShouldBeOfType<ImportRow.Rejected>();

        rejection.Line.ShouldBe(2);
        rejection.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task The_real_file_gives_its_known_counts()
    {
        using var stream = Reading.SharedData("online_retail/orders_dev.csv.gz");
        if (stream is null) return;
        var (lines, problems, total, invoices) = (0, 0, 0m, new HashSet<string>());

        await foreach (var row in OrderLines.ReadAsync(stream))
        {
            lines++;
            if (row.Order is null) problems++;
            else
            {
                total += row.Order.Total;
                invoices.Add(row.Order.Invoice);
            }
        }

        (lines, problems, invoices.Count, invoices.Count(invoice => invoice[0] == 'C'), total).ShouldBe((433_459, 0, 21_528, 3_265, 7_881_065.224m));
    }

    [Fact]
    public async Task The_real_file_gives_each_pair_of_code_and_price_once()
    {
        using var stream = Reading.SharedData("online_retail/orders_dev.csv.gz");
        if (stream is null) return;

        var skus = (await Reading.AllAsync(new OnlineRetail(), stream)).Products().Select(product => product.Variants.Single().Sku).ToList();

        skus.Count.ShouldBe(14_478);
        skus.ShouldBeUnique();
    }

    [Theory]
    [InlineData(Header + "1,2", "orders.csv", "online-retail")]
    [InlineData("Handle,Title,Body (HTML)\n", "x.csv", "shopify-csv")]
    [InlineData("{\"slug\":", "x.txt", "jsonl")]
    [InlineData("", "x.ndjson.gz", "jsonl")]
    [InlineData("a,b\n", "x.csv", null)]
    public async Task A_format_is_known_by_how_the_file_begins(string text, string name, string? format) =>
        (await ImportFormats.DetectAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), name))?.Name.ShouldBe(format);

    [Fact]
    public void Every_format_is_found_by_its_name()
    {
        foreach (var format in ImportFormats.All) ImportFormats.Find(format.Name).ShouldBeSameAs(format);
        ImportFormats.Find("xml").ShouldBeNull();
    }

    private static Task<List<ImportRow>> ReadAsync(string rows) => Reading.AllAsync(new OnlineRetail(), Header + rows);
}
