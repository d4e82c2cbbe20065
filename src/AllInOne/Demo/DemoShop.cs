using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Access;

namespace Composable.AllInOne.Demo;

/// <summary>The sample catalogue and codes. They come in through the admin API, as a merchant's own would.</summary>
internal static class DemoShop
{
    private static readonly (string Code, object Promotion)[] Promotions =
    [
        ("WELCOME10", new { kind = "percentage", percent = 10, maxUsesPerCustomer = 1 }),
        ("SPRING5", new { kind = "fixedAmount", amounts = new Dictionary<string, long> { ["USD"] = 500, ["EUR"] = 500, ["JPY"] = 800 }, minimumItems = new Dictionary<string, long> { ["USD"] = 3000, ["EUR"] = 3000, ["JPY"] = 4500 } }),
        ("SHIPFREE", new { kind = "freeDelivery" }),
        ("FIRST100", new { kind = "percentage", percent = 25, maxUses = 100 }),
    ];

    public static async Task LoadAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(options.Url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk_demo");
        var first = await client.GetFromJsonAsync<Page<JsonElement>>("/v1/products?limit=1", JsonSerializerOptions.Web, cancellationToken);
        if (first!.Items.Count > 0) return;

        await using var products = Products();
        using var file = new StreamContent(products);
        using var imported = await client.PostAsync(new Uri("/admin/imports?format=jsonl", UriKind.Relative), file, cancellationToken);
        imported.EnsureSuccessStatusCode();
        foreach (var (code, promotion) in Promotions)
        {
            using var put = await client.PutAsJsonAsync($"/admin/promotions/{code}", promotion, cancellationToken);
        }
    }

    /// <summary>Pictures are drawn when they are asked for.</summary>
    public static void MapPictures(WebApplication app)
    {
        var drawn = new Lazy<Dictionary<string, ProductInput>>(() => Read().ToDictionary(product => product.Slug));
        app.MapGet("/media/products/{name}.svg", (string name, HttpContext context) =>
        {
            var (slug, index) = name.LastIndexOf('-') is > 0 and var dash && int.TryParse(name[(dash + 1)..], out var number) && !drawn.Value.ContainsKey(name) ? (name[..dash], number - 1) : (name, 0);
            if (!drawn.Value.TryGetValue(slug, out var product)) return Results.NotFound();
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            context.Response.Headers.CacheControl = "public, max-age=86400";
            return Results.Text(Pictures.Svg(product.Title, product.Categories[0], product.Attributes, index), "image/svg+xml");
        }).ForAnyone();
    }

    private static IEnumerable<ProductInput> Read()
    {
        using var reader = new StreamReader(Products());
        while (reader.ReadLine() is { } line) yield return JsonSerializer.Deserialize<ProductInput>(line, JsonSerializerOptions.Web)!;
    }

    private static Stream Products() => typeof(DemoShop).Assembly.GetManifestResourceStream("Composable.AllInOne.Demo.products.jsonl")!;
}
