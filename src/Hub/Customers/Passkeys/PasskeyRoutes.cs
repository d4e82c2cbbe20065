using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers.Passkeys;

internal static class PasskeyRoutes
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddOptions<PasskeyOptions>().BindConfiguration("Customers:Passkeys").ValidateDataAnnotations()
            .Validate<IOptions<CustomerOptions>>((passkeys, customers) => PasskeyParty.IsPossible(passkeys, customers.Value),
                "Customers:Passkeys:RelyingParty is a domain in lower case, and Customers:Passkeys:Origins are origins on it or below it, with https except on localhost.").ValidateOnStart();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<PasskeyOptions>, IOptions<CustomerOptions>>((identity, passkeys, customers) =>
        {
            var party = PasskeyParty.Of(passkeys.Value, customers.Value);
            identity.ServerDomain = party.Domain;
            identity.UserVerificationRequirement = identity.ResidentKeyRequirement = "required";
            identity.AttestationConveyancePreference = "none";
            identity.AuthenticatorTimeout = PasskeyFlows.Life;
            identity.ValidateOrigin = shown => ValueTask.FromResult(party.Allows(shown.Origin, shown.CrossOrigin));
        });
        services.AddSingleton<PasskeyStore>().AddSingleton<PasskeyFlows>().AddSingleton<PasskeyCeremony>().AddSingleton<PasskeyDesk>().AddSingleton<PasskeySignIn>();
        services.AddSingleton<IPersonalData, PasskeyRecords>();
    }

    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        var visitors = routes.MapGroup("/v1/sessions").ForStorefront().WithTags("Customers");
        visitors.MapPost("passkey-options", BeginSignInAsync).Produces<PasskeyFlowView>(201);
        visitors.MapPost("passkey", SignInAsync).Produces<SessionView>(201);

        var own = routes.MapGroup("/v1/customers/me/passkeys").ForCustomers().WithTags("Customers");
        own.MapGet("", ListAsync).Produces<Page<PasskeyView>>();
        own.MapPost("options", BeginAsync).Produces<PasskeyFlowView>(201);
        own.MapPost("", AddAsync).Produces<PasskeyView>(201);
        own.MapDelete("{id}", RemoveAsync).Produces(204);
    }

    private static async Task<Answer> BeginSignInAsync(HttpContext context, PasskeySignIn signIn, CancellationToken cancellationToken) =>
        new(201, Json.Write(await signIn.BeginAsync(context, cancellationToken)));

    private static Task<Answer> SignInAsync(Body<SignInWithPasskey> body, HttpContext context, PasskeySignIn signIn, MarketList markets, CancellationToken cancellationToken) =>
        signIn.HandleAsync(body.Value, Visit.Of(context, markets, body.Value.CartId, body.Value.Strategy, body.Value.Device), context, cancellationToken);

    private static async Task<IResult> ListAsync(HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken) =>
        Results.Json(new Page<PasskeyView>(await desk.ListAsync(Caller.Of(context), cancellationToken), null), Json.Options);

    private static async Task<Answer> BeginAsync(Body<BeginPasskey> body, HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken) =>
        new(201, Json.Write(await desk.BeginAsync(body.Value, context, cancellationToken)));

    private static async Task<Answer> AddAsync(Body<AddPasskey> body, HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken)
    {
        var added = await desk.AddAsync(body.Value, context, cancellationToken);
        return new(201, Json.Write(added)) { Location = $"/v1/customers/me/passkeys/{added.Id}" };
    }

    private static async Task<IResult> RemoveAsync(string id, HttpContext context, PasskeyDesk desk, CancellationToken cancellationToken)
    {
        await desk.RemoveAsync(id, Caller.Of(context), cancellationToken);
        return Results.NoContent();
    }
}
