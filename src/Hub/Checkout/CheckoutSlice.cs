using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Carts;
using Composable.Hub.Checkout.Steps;
using Composable.Hub.Durability;
using Composable.Hub.Http;

namespace Composable.Hub.Checkout;

internal static class CheckoutSlice
{
    public static IServiceCollection AddCheckout(this IServiceCollection services)
    {
        services.AddOptions<CheckoutOptions>().BindConfiguration("Checkout").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<QuoteTokens>().AddSingleton<TaxTheOrder>().AddSingleton<Quoting>().AddSingleton<CheckoutStore>().AddSingleton<CheckoutRefresh>();
        services.AddSingleton<PaymentRouting>().AddSingleton<CheckoutViews>().AddSingleton<CheckoutDesk>().AddSingleton<CompleteCheckout>().AddSingleton<ConfirmPayment>().AddSingleton<CancelCheckout>();
        services.AddSingleton<AssertTheOffer>().AddSingleton<PayForIt>().AddSingleton<PlaceOrder>().AddSingleton<CollectMoney>().AddSingleton<RecordTax>().AddSingleton<AfterUndo>();
        services.AddSingleton<CheckoutProcess>().AddSingleton<Process>(provider => provider.GetRequiredService<CheckoutProcess>());
        return services.AddSingleton<IPersonalData, CheckoutRecords>().AddHostedService<ExpireCheckouts>();
    }

    public static void MapCheckout(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/checkout/return", () => Results.Text("Thank you. You can go back to the shop; it knows what became of your payment.")).ForAnyone().ExcludeFromDescription();
        var checkouts = routes.MapGroup("/v1/checkouts").ForGuests().WithTags("Checkout");
        checkouts.MapPost("", OpenAsync).Produces<CheckoutView>(201);
        checkouts.MapGet("{id}", GetAsync).Produces<CheckoutView>();
        checkouts.MapPatch("{id}", PatchAsync).Produces<CheckoutView>();
        checkouts.MapPost("{id}/complete", CompleteAsync).Produces<CheckoutView>().Produces<CheckoutView>(202);
        checkouts.MapPost("{id}/confirm", ConfirmAsync).Produces<CheckoutView>().Produces<CheckoutView>(202);
        checkouts.MapPost("{id}/cancel", CancelAsync).Produces<CheckoutView>();
        checkouts.MapGet("{id}/events", CheckoutEvents.StreamAsync).Produces<string>(200, "text/event-stream");
    }

    private static Task<Answer> OpenAsync(Body<CreateCheckout> body, HttpContext context, CheckoutDesk desk, CancellationToken cancellationToken) =>
        desk.OpenAsync(body.Value.CartId, Caller.Of(context), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static async Task<IResult> GetAsync(string id, HttpContext context, CheckoutDesk desk, CheckoutViews views, CancellationToken cancellationToken)
    {
        var (session, cart) = await desk.OwnedAsync(id, Caller.Of(context), cancellationToken);
        return ETags.Answer(context, session.Version, await views.ViewAsync(session, cart, null, cancellationToken));
    }

    private static Task<Answer> PatchAsync(string id, Body<PatchCheckout> body, HttpContext context, CheckoutDesk desk, CancellationToken cancellationToken)
    {
        var patch = body.Value;
        var operations = new List<CartOperation>(4);
        if (patch.Email is not null) operations.Add(new CartOperation.SetEmail(patch.Email));
        if (patch.ShippingAddress is not null) operations.Add(new CartOperation.SetShippingAddress(patch.ShippingAddress));
        if (body.Has("billingAddress")) operations.Add(new CartOperation.SetBillingAddress(patch.BillingAddress));
        if (patch.DeliveryOption is not null) operations.Add(new CartOperation.ChooseDelivery(patch.DeliveryOption));
        return desk.ChangeAsync(id, operations, Caller.Of(context), version => ETags.Check(context, version), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);
    }

    private static Task<Answer> CompleteAsync(string id, Body<Contracts.CompleteCheckout> body, HttpContext context, CompleteCheckout complete, CancellationToken cancellationToken) =>
        complete.HandleAsync(id, body.Value, Caller.Of(context), version => ETags.Check(context, version), IdempotencyKeys.Required(context, body.Fingerprint), cancellationToken);

    private static Task<Answer> ConfirmAsync(string id, Body<Contracts.ConfirmPayment> body, HttpContext context, ConfirmPayment confirm, CancellationToken cancellationToken) =>
        confirm.HandleAsync(id, body.Value, Caller.Of(context), version => ETags.Check(context, version), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static Task<Answer> CancelAsync(string id, HttpContext context, CancelCheckout cancel, CancellationToken cancellationToken) =>
        cancel.HandleAsync(id, Caller.Of(context), version => ETags.Check(context, version), IdempotencyKeys.Required(context, () => ""), cancellationToken);
}
