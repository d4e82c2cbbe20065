using System.IO.Compression;
using System.Text;
using Composable.Hub.Catalog.Import;
using Shouldly;
using Xunit;

namespace Hub.Tests.Catalog.Import;

public sealed class ShopifyCsvTests
{
    private const string Header = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,"
        + "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Alt Text,Status\n";

    [Fact]
    public async Task Rows_with_the_same_handle_are_one_product()
    {
        var rows = await ReadAsync(
            "tent,Tent,\"<p>Light.</p>\n<p>Dry &amp; warm.</p>\",Acme,Camping,\"green, new\",true,Colour,Red,Size,2,T-R2,2500,shopify,4,deny,199.90,249.00,https://img.example/1.jpg,Front,active\n"
            + "tent,,,,,,,,Blue,,3,T-B3,2750,,-3,,219.9,,ftp://img.example/2.jpg,,\n"
            + "tent,,,,,,,,,,,,,,,,,,http://img.example/3.jpg,,\n"
            + "mug,Mug,,,,,,Title,Default Title,,,,0,shopify,-2,deny,7,,,,\n");

        rows.Select(row => row.Line).ShouldBe([2, 6]);
        var (tent, mug) = (rows.Products()[0], rows.Products()[1]);
        tent.Description.ShouldBe("Light.\nDry & warm.");
        (tent.Slug, tent.Brand, tent.Categories.Single(), tent.Attributes["tags"]).ShouldBe(("tent", "Acme", "Camping", "green, new"));
        tent.Images.Select(image => image.Url).ShouldBe(["https://img.example/1.jpg", "http://img.example/3.jpg"]);
        tent.Variants[0].Options.ShouldBe(new Dictionary<string, string> { ["Colour"] = "Red", ["Size"] = "2" });
        tent.Variants.Select(variant => (variant.Sku, variant.Prices["USD"], variant.WeightGrams, variant.Stock)).ShouldBe([("T-R2", 19990, 2500, 4L), ("T-B3", 21990, 2750, null)]);
        tent.Variants[0].CompareAtPrices["USD"].ShouldBe(24900);
        mug.Variants.Single().ShouldSatisfyAllConditions(
            variant => variant.Options.ShouldBeEmpty(), variant => variant.Sku.ShouldBe("mug"), variant => variant.Stock.ShouldBe(0), variant => variant.Prices["USD"].ShouldBe(700));
    }

    [Fact]
    public async Task A_missing_sku_is_made_from_the_handle_and_the_options()
    {
        var rows = await ReadAsync("shirt,Shirt,,,,,,Size,S/M,,,,0,,,,5,,,,\nshirt,,,,,,,,S-M,,,,0,,,,5,,,,\nshirt,,,,,,,,Größe,,,,0,,,,5,,,,\n");

        var skus = rows.Products().Single().Variants.Select(variant => variant.Sku).ToList();
        skus[..2].ShouldBe(["shirt.s-m", "shirt.s-m.2"]);
        skus[2].ShouldStartWith("shirt.gr-e-");
    }

    [Theory]
    [InlineData("x,X,,,,,false,,,,,A,0,,,,5,,,,", "not published")]
    [InlineData("x,X,,,,,true,,,,,A,0,,,,5,,,,Draft", "draft")]
    [InlineData("x,,,,,,true,,,,,A,0,,,,5,,,,", "no Title")]
    [InlineData(",X,,,,,true,,,,,A,0,,,,5,,,,", "no Handle")]
    [InlineData("x,X,,,,,true,,,,,A,0,,,,5.001,,,,", "Variant Price")]
    [InlineData("x,X,,,,,true,,,,,A,0,,,,-5,,,,", "Variant Price")]
    [InlineData("x,X,,,,,true,,,,,A,0,,,,\"1,000\",,,,", "Variant Price")]
    [InlineData("x,X,,,,,true,,,,,A,heavy,,,,5,,,,", "Variant Grams")]
    [InlineData("x,X,,,,,true,,,,,,,,,,,,https://img.example/1.jpg,,", "no row with a Variant Price")]
    [InlineData("x,X,,,,,true,,,,,A,0,,,,5,,,,,,,", "fields")]
    public async Task A_row_that_cannot_be_sold_is_rejected_with_its_line_and_reason(string row, string reason)
    {
        var rejection = (await ReadAsync("ok,Ok,,,,,,,,,,B,0,,,,1,,,,\n" + row + "\n")).Rejections().Single();

        rejection.Line.ShouldBe(3);
        rejection.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task A_bad_variant_refuses_the_product_with_the_line_of_the_variant()
    {
        var rejection = (await ReadAsync("x,X,,,,,,Size,S,,,A,0,,,,5,,,,\nx,,,,,,,,M,,,B,0,,,,free,,,,\nx,,,,,,,,L,,,C,0,,,,5,,,,\n")).Single().ShouldBeOfType<ImportRow.Rejected>();

        rejection.Line.ShouldBe(3);
    }

    [Fact]
    public async Task The_same_sku_twice_in_a_product_refuses_it() =>
        (await ReadAsync("x,X,,,,,,Size,S,,,A,0,,,,5,,,,\nx,,,,,,,,M,,,A,0,,,,5,,,,\n")).Rejections().Single().Reason.ShouldContain("'A'");

    [Fact]
    public async Task More_than_two_thousand_variants_refuse_the_product()
    {
        var rows = await ReadAsync("x,X,,,,,,No,0,,,,0,,,,5,,,,\n" + string.Concat(Enumerable.Range(1, 2_000).Select(n => $"x,,,,,,,,{n},,,,0,,,,5,,,,\n")));

        rows.Single().ShouldBeOfType<ImportRow.Rejected>().Line.ShouldBe(2_002);
    }

    [Fact]
    public async Task A_missing_column_rejects_the_file_once()
    {
        var rejection = (await Reading.AllAsync(new ShopifyCsv("USD"), "Handle,Name\nx,X\ny,Y\n")).Single().ShouldBeOfType<ImportRow.Rejected>();

        rejection.Line.ShouldBe(1);
        rejection.Reason.ShouldBe("The file has no column 'Title', 'Variant Price'.");
    }

    [Fact]
    public async Task An_empty_file_is_rejected() => (await Reading.AllAsync(new ShopifyCsv("USD"), "")).Rejections().Single().Line.ShouldBe(1);

    [Theory]
    [InlineData("JPY", "1200.00", 1200)]
    [InlineData("KWD", "1.234", 1234)]
    public async Task Prices_have_the_decimals_of_the_currency(string currency, string price, long minor)
    {
        var rows = await Reading.AllAsync(new ShopifyCsv(currency), $"Variant Price,TITLE,Handle\n{price},X,x\n");

        rows.Products().Single().Variants.Single().Prices[currency].ShouldBe(minor);
    }

    [Fact]
    public async Task A_gzipped_file_with_a_byte_order_mark_is_read_as_it_is()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) zip.Write(Encoding.UTF8.GetBytes("\uFEFF" + Header + "x,Ünder,,,,,,,,,,A,0,,,,5,,,,\n"));
        packed.Position = 0;

        (await Reading.AllAsync(new ShopifyCsv("USD"), packed)).Products().Single().Title.ShouldBe("Ünder");
    }

    [Theory]
    [InlineData("apparel.csv", 20, 0)]
    [InlineData("home-and-garden.csv", 20, 0)]
    [InlineData("jewelery.csv", 20, 0)]
    [InlineData("bicycles.csv.gz", 284, 58)]
    [InlineData("fashion.csv.gz", 997, 0)]
    [InlineData("snowdevil.csv.gz", 278, 1)]
    public async Task Real_files_give_every_product_they_hold(string file, int products, int unpublished)
    {
        using var stream = Reading.SharedData($"catalogues/shopify_csv/{file}");
        if (stream is null) return;

        var rows = await Reading.AllAsync(new ShopifyCsv("USD"), stream);

        rows.Count.ShouldBe(products);
        rows.Rejections().Count(row => row.Reason.Contains("not published")).ShouldBe(unpublished);
        rows.Rejections().Where(row => !row.Reason.Contains("not published")).ShouldAllBe(row => row.Reason.Contains("sku", StringComparison.OrdinalIgnoreCase));
        rows.Products().Count.ShouldBeGreaterThan((products - unpublished) * 9 / 10);
    }

    private static Task<List<ImportRow>> ReadAsync(string rows) => Reading.AllAsync(new ShopifyCsv("USD"), Header + rows);
}
