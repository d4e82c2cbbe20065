using System.Net.Http.Headers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Search;

/// <summary>A winter sports shop's own export, where the file is on this machine; without it there is nothing to try.</summary>
public sealed class RealCatalogueTests
{
    [Theory, OnBothDatabases]
    public async Task A_merchants_catalogue_is_imported_and_searched(string database)
    {
        if (Catalogue() is not { } file) return;
        await using var shop = await TestShop.StartAsync(database, SearchFloor.Patient);
        var client = shop.Client();
        await using (var stream = File.OpenRead(file))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=shopify-csv&currency=USD") { Content = new StreamContent(stream) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_demo");
            (await shop.Http.SendAsync(request)).EnsureSuccessStatusCode();
        }

        await client.IndexedAsync();
        var products = await shop.Database.CountAsync($"SELECT count(*) FROM products", default);
        products.ShouldBeGreaterThan(200);
        (await client.GetAsync("/v1/search")).Number("total").ShouldBe(products);

        var gloves = await client.GetAsync("/v1/search?q=spyder%20gloves&limit=5");
        gloves.List("items").ShouldNotBeEmpty();
        gloves.List("items").ShouldAllBe(item => item!["product"]!["brand"]!.GetValue<string>() == "Spyder");
        (await client.GetAsync("/v1/search?q=snowbord%20bindngs")).Number("total").ShouldBeGreaterThan(20);
        var burton = await client.GetAsync("/v1/search?q=glove&filter=brand:Burton&filter=price:..6000&sort=price");
        burton.List("items").ShouldNotBeEmpty();
        burton.List("items").ShouldAllBe(item => item!["product"]!["brand"]!.GetValue<string>() == "Burton");
        (await client.GetAsync("/v1/search/suggest?q=bur")).List("items").ShouldNotBeEmpty();
    }

    private static string? Catalogue()
    {
        const string Name = "catalogues/shopify_csv/snowdevil.csv.gz";
        if (Environment.GetEnvironmentVariable("COMPOSABLE_DATA") is { Length: > 0 } data) return File.Exists(Path.Combine(data, Name)) ? Path.Combine(data, Name) : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "data", Name) is var path && File.Exists(path)) return path;
        return null;
    }
}
