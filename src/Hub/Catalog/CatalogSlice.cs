using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Stock;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Catalog;

internal sealed record SetStock(string Sku, long OnHand);

internal static class CatalogSlice
{
    private const long MaxAmount = 100_000_000_000;

    public static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<Skus>().AddSingleton<PriceList>().AddSingleton<ProductShelf>().AddSingleton<ProductFacts>().AddSingleton<ProductWriter>().AddSingleton<ImportCatalog>().AddSingleton<StockRoom>();

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var shop = routes.MapGroup("/v1").ForStorefront().WithTags("Catalogue");
        shop.MapGet("products", ListAsync).Produces<Page<ProductView>>();
        shop.MapGet("products/{id}", GetAsync).Produces<ProductView>();
        shop.MapGet("categories", CategoriesAsync).Produces<Page<CategoryView>>();

        var staff = routes.MapGroup("/admin").ForAdmin("catalog:write").WithTags("Catalogue");
        staff.MapGroup("imports").MapImports();
        staff.MapPost("prices", SetPriceAsync).Produces<SetPrice>();
        staff.MapPost("stock", SetStockAsync).Produces<SetStock>();
    }

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? category, HttpContext context, MarketList markets, ProductShelf shelf, CancellationToken cancellationToken)
    {
        var (position, id) = page.Keys(2) is [var at, var last] ? (PageRequest.Number(at), last) : (-1, "");
        var rows = await shelf.ListAsync(string.IsNullOrEmpty(category) ? null : category, markets.Of(context), position, id, page.Limit + 1, cancellationToken);
        CacheTags.Show(context, CacheTags.OfList(category));
        return Results.Json(page.Of(rows, row => row.View, row => [PageRequest.Text(row.Position), row.Id]), Json.Options);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, MarketList markets, ProductShelf shelf, CancellationToken cancellationToken)
    {
        if (await shelf.FindAsync(id, markets.Of(context), cancellationToken) is not { } product) return Refusal.NotFound("product").ToResult();
        CacheTags.Show(context, CacheTags.Of(product));
        return ETags.AnswerByContent(context, product);
    }

    private static async Task<IResult> CategoriesAsync(HttpContext context, ProductShelf shelf, CancellationToken cancellationToken)
    {
        CacheTags.Show(context, CacheTags.Categories);
        return Results.Json(new Page<CategoryView>(await shelf.CategoriesAsync(cancellationToken), null), Json.Options);
    }

    private static async Task<IResult> SetPriceAsync(Body<SetPrice> body, HttpContext context, PriceList prices, Skus skus, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, body.Fingerprint);
        var price = body.Value;
        if (!Connectors.Sdk.Currencies.IsKnown(price.Currency)) return Refusal.Invalid("/currency", "unknown_currency", "A currency is an ISO 4217 code.").ToResult();
        if (price.Amount is < 0 or > MaxAmount || price.CompareAt is < 0 or > MaxAmount) return Refusal.Invalid("/amount", "out_of_range", "An amount is not negative and not astronomical.").ToResult();
        if ((await skus.FindAsync([price.Sku], cancellationToken)).Count == 0) return Refusal.NotFound("SKU").ToResult();
        return await prices.SetAsync(price, key, cancellationToken);
    }

    private static async Task<IResult> SetStockAsync(Body<SetStock> body, HttpContext context, StockRoom stock, Skus skus, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, body.Fingerprint);
        var count = body.Value;
        if (count.OnHand is < 0 or > 1_000_000_000) return Refusal.Invalid("/onHand", "out_of_range", "A count is from 0 to 1,000,000,000.").ToResult();
        var answer = new Answer(200, Json.Write(count));
        try
        {
            await stock.CountAsync(count.Sku, count.OnHand, commit => key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual), cancellationToken);
        }
        catch (GuardFailedException refused)
        {
            return (refused.Code == "unknown_sku" ? Refusal.NotFound("SKU") : new(409, "stock_reserved", "More pieces than that are promised to checkouts.")).ToResult();
        }

        skus.Forget(count.Sku);
        return answer;
    }
}
