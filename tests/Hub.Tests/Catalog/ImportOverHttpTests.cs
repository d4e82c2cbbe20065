using System.IO.Compression;
using System.Net;
using System.Text;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Catalog;

public sealed class ImportOverHttpTests
{
    private static string Line(string sku, string? slug = null) => $$$"""{"slug":"{{{slug ?? sku.ToLowerInvariant()}}}","title":"Thing","variants":[{"sku":"{{{sku}}}","prices":{"USD":100},"stock":5}]}""" + "\n";

    private static async Task<Reply> ImportAsync(TestShop shop, byte[] file, string format = "jsonl", string type = "application/octet-stream") =>
        await shop.RawAsync("POST", $"/admin/imports?format={format}", file, type, ("Authorization", "Bearer sk_demo"));

    private static Task<Reply> ImportAsync(TestShop shop, string file, string format = "jsonl") => ImportAsync(shop, Encoding.UTF8.GetBytes(file), format);

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return buffer.ToArray();
    }

    private static void ShouldCount(Reply import, int rows, int accepted, int unchanged, int rejected, string status = "completed")
    {
        import.Status.ShouldBe(200, import.Json?.ToString());
        import["status"].GetValue<string>().ShouldBe(status, import.Json!.ToString());
        (import["rows"].GetValue<int>(), import["accepted"].GetValue<int>(), import["unchanged"].GetValue<int>(), import["rejected"].GetValue<int>()).ShouldBe((rows, accepted, unchanged, rejected));
    }

    private static async Task<List<(int Line, string Reason)>> RejectionsAsync(TestShop shop, Reply import, int limit = 100)
    {
        var found = new List<(int, string)>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/imports/{import["id"].GetValue<string>()}/rejections?limit={limit}&cursor={cursor}");
            found.AddRange(page["items"].AsArray().Select(item => (item!["line"]!.GetValue<int>(), item["reason"]!.GetValue<string>())));
            cursor = page.Json!["nextCursor"]?.GetValue<string>();
        }

        return found;
    }

    [Theory, OnBothDatabases]
    public async Task The_second_import_of_a_file_changes_nothing(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var file = Line(TestShop.NewSku()) + Line(TestShop.NewSku());
        ShouldCount(await ImportAsync(shop, file), 2, 2, 0, 0);
        ShouldCount(await ImportAsync(shop, file), 2, 0, 2, 0);
        ShouldCount(await ImportAsync(shop, Gzip(file)), 2, 0, 2, 0);
    }

    [Theory, OnBothDatabases]
    public async Task Every_rejected_row_is_named_by_its_line(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (one, two) = (TestShop.NewSku(), TestShop.NewSku());
        var import = await ImportAsync(shop, Line(one) + "{broken\n" + Line(two, "NOT A SLUG") + Line(two));
        ShouldCount(import, 4, 2, 0, 2);

        var rejections = await RejectionsAsync(shop, import, limit: 1);
        rejections.Select(rejection => rejection.Line).ShouldBe([2, 3]);
        rejections[1].Reason.ShouldContain("slug");
        var read = await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/imports/{import["id"].GetValue<string>()}");
        read.Json!.ToJsonString().ShouldBe(import.Json!.ToJsonString());
    }

    [Theory, OnBothDatabases]
    public async Task A_SKU_of_another_product_is_rejected(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var sku = TestShop.NewSku();
        ShouldCount(await ImportAsync(shop, Line(sku)), 1, 1, 0, 0);

        var import = await ImportAsync(shop, Line(sku, sku.ToLowerInvariant() + "-copy"));
        ShouldCount(import, 1, 0, 0, 1);
        (await RejectionsAsync(shop, import)).Single().Reason.ShouldContain("another product");
        (await shop.Client().GetAsync($"/v1/products/{sku.ToLowerInvariant()}-copy")).Status.ShouldBe(404);

        var fresh = TestShop.NewSku();
        ShouldCount(await ImportAsync(shop, Line(fresh) + Line(fresh, fresh.ToLowerInvariant() + "-copy")), 2, 1, 0, 1);
    }

    [Theory, OnBothDatabases]
    public async Task A_Shopify_export_becomes_products(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (sku, other) = (TestShop.NewSku(), TestShop.NewSku());
        var file = $"""
            Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price
            {sku.ToLowerInvariant()},Shirt,<p>Soft</p>,Ours,Size,S,{sku},200,3,19.99
            {sku.ToLowerInvariant()},,,,,M,{other},200,4,21.50

            """;
        ShouldCount(await ImportAsync(shop, Gzip(file), "shopify-csv"), 1, 1, 0, 0);
        var product = await shop.Client().GetAsync($"/v1/products/{sku.ToLowerInvariant()}");
        product["description"].GetValue<string>().ShouldBe("Soft");
        product["variants"].AsArray().Select(variant => (variant!["sku"]!.GetValue<string>(), variant["price"]!["amount"]!.GetValue<int>())).ShouldBe([(sku, 1999), (other, 2150)]);
        ShouldCount(await ImportAsync(shop, file, "shopify-csv"), 1, 0, 1, 0);
    }

    [Theory, OnBothDatabases]
    public async Task The_same_products_in_several_files_at_once_are_written_one_after_the_other(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var skus = Enumerable.Range(0, 5).Select(_ => TestShop.NewSku()).ToList();
        var files = Enumerable.Range(0, 6).Select(number => string.Concat(skus.Select(sku => Line(sku).Replace("Thing", $"Thing {number}", StringComparison.Ordinal)))).ToList();

        var imports = await Task.WhenAll(files.Select(file => ImportAsync(shop, file)));

        foreach (var import in imports) ShouldCount(import, 5, 5, 0, 0);
        foreach (var sku in skus)
        {
            (await shop.Database.CountAsync($"SELECT version FROM products WHERE slug = {sku.ToLowerInvariant()}", default)).ShouldBe(6);
            (await shop.StockOfAsync(sku)).OnHand.ShouldBe(5, "stock is what a new SKU starts with");
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_broken_file_fails_and_keeps_what_was_read(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var whole = Gzip(string.Concat(Enumerable.Range(0, 50).Select(_ => Line(TestShop.NewSku()))));
        var garbled = (byte[])whole.Clone();
        for (var i = garbled.Length / 2; i < (garbled.Length / 2) + 40; i++) garbled[i] ^= 0x5A;
        foreach (var file in new[] { garbled, [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] })
        {
            var import = await ImportAsync(shop, file);
            import.Status.ShouldBe(200);
            import["status"].GetValue<string>().ShouldBe("failed");
            (await RejectionsAsync(shop, import)).Count.ShouldBe(import["rejected"].GetValue<int>());
        }
    }

    [Theory, OnBothDatabases]
    public async Task Rows_with_NUL_or_half_a_character_anywhere_are_rejected_with_a_reason(string database)
    {
        var shop = await TestShop.OnAsync(database);
        foreach (var bad in (string[])["\\u0000", "\\ud800", "\0", "\u0001"])
        {
            var rows = new[] { Line(TestShop.NewSku()).Replace("\"slug\"", $"\"sl{bad}ug\"", StringComparison.Ordinal), Line(TestShop.NewSku(), $"a{bad}b"), Line($"S{bad}KU"), Line(TestShop.NewSku()).Replace("Thing", $"Th{bad}ing", StringComparison.Ordinal), Line(TestShop.NewSku()).Replace("USD", $"U{bad}D", StringComparison.Ordinal), $"{bad}\n" };
            foreach (var file in new[] { Encoding.UTF8.GetBytes(string.Concat(rows)), Gzip(string.Concat(rows)), Gzip(string.Concat(rows))[10..] })
            {
                var import = (await ImportAsync(shop, file)).ShouldAnswer(200);
                (await RejectionsAsync(shop, import)).Count.ShouldBe(import["rejected"].GetValue<int>());
                import["rejected"].GetValue<int>().ShouldBeGreaterThan(0);
            }
        }
    }

    [Theory, InlineData("?format=xml"), InlineData(""), InlineData("?format=jsonl&currency=XXX1")]
    public async Task An_unknown_format_or_currency_is_refused(string query) =>
        (await (await TestShop.OnAsync("sqlite")).RawAsync("POST", "/admin/imports" + query, [1], null, ("Authorization", "Bearer sk_demo"))).ShouldBeProblem(400, "invalid_request", query);
}
