using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Durability;
using Composable.Hub.Connections;
using Composable.Hub.Http;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Orders;

internal static class OrdersSlice
{
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.AddSingleton<OrderStore>().AddSingleton<OrderMoney>().AddSingleton<TransferNotices>().AddSingleton<OrderDesk>();
        services.AddSingleton<CaptureProcess>().AddSingleton<Process>(provider => provider.GetRequiredService<CaptureProcess>());
        services.AddSingleton<RefundProcess>().AddSingleton<Process>(provider => provider.GetRequiredService<RefundProcess>());
        services.AddSingleton<CancelProcess>().AddSingleton<Process>(provider => provider.GetRequiredService<CancelProcess>());
        return services.AddSingleton<IPersonalData, OrderRecords>().AddSingleton<NoticeHandler, ApplyNotices>();
    }

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/v1/orders").ForGuests().WithTags("Orders");
        own.MapGet("{id}", GetOwnAsync).Produces<OrderView>();
        own.MapGet("", FindOwnAsync).Produces<Page<OrderView>>();

        var staff = routes.MapGroup("/admin/orders").WithTags("Orders");
        staff.MapGet("", ListAsync).ForAdmin("orders:read").Produces<Page<OrderView>>();
        staff.MapGet("{id}", GetAsync).ForAdmin("orders:read").Produces<OrderView>();
        staff.MapGet("{id}/timeline", TimelineAsync).ForAdmin("orders:read").Produces<Page<TimelineEntry>>();
        staff.MapGet("{id}/calls", CallsAsync).ForAdmin("orders:read").Produces<Page<VendorCall>>();
        staff.MapPost("{id}/capture", CaptureAsync).ForAdmin("orders:write").Produces<OrderView>().Produces<OrderView>(202);
        staff.MapPost("{id}/refund", RefundAsync).ForAdmin("orders:write").Produces<OrderView>().Produces<OrderView>(202);
        staff.MapPost("{id}/cancel", CancelAsync).ForAdmin("orders:write").Produces<OrderView>().Produces<OrderView>(202);
        staff.MapPost("{id}/fulfill", FulfillAsync).ForAdmin("orders:write").Produces<OrderView>();

        routes.MapGet("/admin/reports/sales", SalesReport.ReadAsync).ForAdmin("orders:read").WithTags("Reports").Produces<Page<SalesRow>>();
    }

    private static async Task<IResult> GetOwnAsync(string id, HttpContext context, OrderStore orders, CancellationToken cancellationToken) =>
        await orders.OwnedAsync(id, Caller.Of(context), cancellationToken) is { } order ? ETags.Answer(context, order.Version, order.View()) : Refusal.NotFound("order").ToResult();

    private static async Task<IResult> FindOwnAsync([FromQuery] string? checkout, HttpContext context, OrderStore orders, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(checkout)) return Refusal.Invalid("checkout", "required", "Name a checkout: ?checkout=chk_…").ToResult();
        var order = await orders.OfCheckoutAsync(checkout, Caller.Of(context), cancellationToken);
        return Results.Json(new Page<OrderView>(order is not null ? [order.View()] : [], null), Json.Options);
    }

    private static async Task<IResult> ListAsync(PageRequest page, [FromQuery] string? status, OrderStore orders, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(status) && !Order.Statuses.Contains(status)) return Refusal.Invalid("status", "unknown_status", $"One of {string.Join(", ", Order.Statuses)}.").ToResult();
        var (at, id) = page.Keys(2) is [var time, var last] ? (PageRequest.Number(time), last) : (long.MaxValue, "");
        var found = await orders.ListAsync(status, at, id, page.Limit + 1, cancellationToken);
        return Results.Json(page.Of(found, order => order.View(), order => [PageRequest.Text(order.PlacedAt.ToUnixTimeMilliseconds()), order.Id]), Json.Options);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, OrderStore orders, CancellationToken cancellationToken) =>
        await orders.ReadAsync(id, cancellationToken) is { } order ? ETags.Answer(context, order.Version, order.View()) : Refusal.NotFound("order").ToResult();

    private static async Task<IResult> TimelineAsync(string id, OrderStore orders, CancellationToken cancellationToken) =>
        await orders.ReadAsync(id, cancellationToken) is { } order ? Results.Json(new Page<TimelineEntry>(order.Timeline, null), Json.Options) : Refusal.NotFound("order").ToResult();

    /// <summary>Everything that was asked of vendors on the way to this order and since.</summary>
    private static async Task<IResult> CallsAsync(string id, PageRequest page, OrderStore orders, CallLog calls, CancellationToken cancellationToken) =>
        await orders.ReadAsync(id, cancellationToken) is { } order
            ? Results.Json(await calls.PageAsync([order.Id, order.CheckoutId], page, cancellationToken), Json.Options)
            : Refusal.NotFound("order").ToResult();

    private static Task<Answer> CaptureAsync(string id, Body<CaptureInput> body, HttpContext context, OrderDesk desk, CancellationToken cancellationToken) =>
        desk.CaptureAsync(id, body.Value, IdempotencyKeys.Required(context, body.Fingerprint), version => ETags.ForCommand(context, version), cancellationToken);

    private static Task<Answer> RefundAsync(string id, Body<RefundInput> body, HttpContext context, OrderDesk desk, CancellationToken cancellationToken) =>
        desk.RefundAsync(id, body.Value, IdempotencyKeys.Required(context, body.Fingerprint), version => ETags.ForCommand(context, version), cancellationToken);

    private static Task<Answer> CancelAsync(string id, Body<CancelInput> body, HttpContext context, OrderDesk desk, CancellationToken cancellationToken) =>
        desk.CancelAsync(id, body.Value, IdempotencyKeys.Required(context, body.Fingerprint), version => ETags.ForCommand(context, version), cancellationToken);

    private static Task<Answer> FulfillAsync(string id, Body<FulfillInput> body, HttpContext context, OrderDesk desk, CancellationToken cancellationToken) =>
        desk.FulfillAsync(id, body.Value, IdempotencyKeys.Of(context, body.Fingerprint), version => ETags.ForCommand(context, version), cancellationToken);
}
