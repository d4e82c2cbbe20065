using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Carts;

internal static class CartsSlice
{
    public static IServiceCollection AddCarts(this IServiceCollection services)
    {
        services.AddOptions<CartOptions>().BindConfiguration("Carts").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<CartStore>().AddSingleton<Pricing>().AddSingleton<CartDesk>().AddSingleton<CartMerge>().AddSingleton<CartRecords>()
            .AddSingleton<IPersonalData>(provider => provider.GetRequiredService<CartRecords>());
    }

    public static void MapCarts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/carts", CreateAsync).ForStorefront().WithTags("Carts").Produces<CartView>(201);
        var carts = routes.MapGroup("/v1/carts").ForGuests().WithTags("Carts");
        carts.MapGet("{id}", GetAsync).Produces<CartView>();
        carts.MapPost("{id}/operations", OperateAsync).Produces<CartView>();
        carts.MapPost("{id}/lines", AddLineAsync).Produces<CartView>();
        carts.MapPatch("{id}/lines/{lineId}", SetQuantityAsync).Produces<CartView>();
        carts.MapDelete("{id}/lines/{lineId}", RemoveLineAsync).Produces<CartView>();
    }

    /// <summary>
    /// Whoever repeats this gets the new cart's token once more, so two guests must not meet under one idempotency key: their addresses keep them
    /// apart. A cart token that comes along, perhaps as the cookie of the first answer, does not matter: the repeat is to be known with it and without.
    /// </summary>
    private static Task<Answer> CreateAsync(Body<CreateCart> body, HttpContext context, CartDesk desk, MarketList markets, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, body.Fingerprint, owner: Caller.Of(context) is { Customer: null } guest ? guest.Origin : null);
        var market = body.Value.Market is { } code ? markets.Find(code) ?? throw new RefusedException(markets.Unknown(code)) : markets.Of(context);
        return desk.CreateAsync(body.Value, market, Caller.Of(context), key, cancellationToken);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, CartDesk desk, Pricing pricing, MarketList markets, CancellationToken cancellationToken)
    {
        var cart = await desk.OwnedAsync(id, Caller.Of(context), cancellationToken);
        var market = markets[cart.Market];
        return ETags.Answer(context, cart.Version, CartViews.View(cart, await pricing.PriceAsync(cart, market, cancellationToken), market));
    }

    private static Task<Answer> OperateAsync(string id, Body<CartOperations> body, HttpContext context, CartDesk desk, CancellationToken cancellationToken) =>
        EditAsync(id, body.Value.Operations, IdempotencyKeys.Of(context, body.Fingerprint), context, desk, cancellationToken);

    private static Task<Answer> AddLineAsync(string id, Body<LineInput> body, HttpContext context, CartDesk desk, CancellationToken cancellationToken) =>
        EditAsync(id, [new CartOperation.AddLine(body.Value.Sku, body.Value.Quantity)], IdempotencyKeys.Of(context, body.Fingerprint), context, desk, cancellationToken);

    private static Task<Answer> SetQuantityAsync(string id, string lineId, Body<QuantityInput> body, HttpContext context, CartDesk desk, CancellationToken cancellationToken) =>
        EditAsync(id, [new CartOperation.SetQuantity(lineId, body.Value.Quantity)], IdempotencyKeys.Of(context, body.Fingerprint), context, desk, cancellationToken);

    private static Task<Answer> RemoveLineAsync(string id, string lineId, HttpContext context, CartDesk desk, CancellationToken cancellationToken) =>
        EditAsync(id, [new CartOperation.RemoveLine(lineId)], IdempotencyKeys.Of(context, () => ""), context, desk, cancellationToken);

    private static Task<Answer> EditAsync(string id, IReadOnlyList<CartOperation> operations, IdempotencyKey? key, HttpContext context, CartDesk desk, CancellationToken cancellationToken) =>
        desk.EditAsync(id, operations, Caller.Of(context), version => ETags.Check(context, version), key, cancellationToken);
}
