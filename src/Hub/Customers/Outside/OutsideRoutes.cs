using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Identity;
using Composable.Hub.Markets;

namespace Composable.Hub.Customers.Outside;

/// <summary>Signing in with other providers, and which of them belong to an account.</summary>
internal static class OutsideRoutes
{
    public static void AddOutside(this IServiceCollection services) =>
        services.AddSingleton<CustomerIdentities>().AddSingleton<OutsideSignIn>().AddSingleton<IdentityDesk>().AddSingleton<IPersonalData, IdentityRecords>();

    public static void MapOutside(this IEndpointRouteBuilder routes)
    {
        var visitors = routes.MapGroup("/v1/sign-ins").ForStorefront().WithTags("Customers");
        visitors.MapGet("providers", (SignInFlows flows) => Results.Json(new Page<ProviderView>(flows.Offered(ProviderOptions.Customers), null), Json.Options)).Produces<Page<ProviderView>>();
        visitors.MapPost("", BeginAsync).Produces<SignInFlow>(201);
        visitors.MapPost("finish", FinishAsync).Produces<SessionView>(201);

        var own = routes.MapGroup("/v1/customers/me/identities").ForCustomers().WithTags("Customers");
        own.MapGet("", ListAsync).Produces<Page<IdentityView>>();
        own.MapPost("", LinkAsync).Produces<IdentityView>(201);
        own.MapDelete("{provider}", UnlinkAsync).Produces(204);
    }

    private static async Task<Answer> BeginAsync(Body<BeginSignIn> body, HttpContext context, SignInFlows flows, CancellationToken cancellationToken) =>
        new(201, Json.Write(await flows.BeginAsync(ProviderOptions.Customers, body.Value, ClientAddress.Of(context), cancellationToken)));

    private static Task<Answer> FinishAsync(Body<FinishSignIn> body, HttpContext context, OutsideSignIn outside, MarketList markets, CancellationToken cancellationToken) =>
        outside.HandleAsync(body.Value, Visit.Of(context, markets, body.Value.CartId, body.Value.Strategy, body.Value.Device), cancellationToken);

    private static async Task<IResult> ListAsync(HttpContext context, CustomerIdentities identities, CancellationToken cancellationToken) =>
        Results.Json(new Page<IdentityView>([.. (await identities.OfCustomerAsync(Caller.Of(context).Customer!.CustomerId, cancellationToken)).Select(identities.View)], null), Json.Options);

    private static Task<Answer> LinkAsync(Body<ProviderAnswer> body, HttpContext context, IdentityDesk desk, CancellationToken cancellationToken) =>
        desk.LinkAsync(body.Value, Caller.Of(context), ClientAddress.Of(context), cancellationToken);

    private static async Task<IResult> UnlinkAsync(string provider, HttpContext context, IdentityDesk desk, CancellationToken cancellationToken)
    {
        await desk.UnlinkAsync(provider, Caller.Of(context), cancellationToken);
        return Results.NoContent();
    }
}
