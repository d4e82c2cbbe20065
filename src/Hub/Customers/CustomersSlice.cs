using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Customers.Erasures;
using Composable.Hub.Customers.Outside;
using Composable.Hub.Customers.Passkeys;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Customers;

/// <summary>Who buys: accounts, sessions, addresses, and what belongs to them.</summary>
internal static class CustomersSlice
{
    private static readonly Noted Accepted = new("accepted");

    public static IServiceCollection AddCustomers(this IServiceCollection services)
    {
        services.AddOptions<CustomerOptions>().BindConfiguration("Customers").ValidateDataAnnotations().ValidateOnStart();
        services.AddPasskeys();
        services.AddOutside();
        services.AddSingleton<CustomerStore>().AddSingleton<Proofs>().AddSingleton<CustomerMails>();
        services.AddSingleton<Registering>().AddSingleton<SigningIn>().AddSingleton<Credentials>().AddSingleton<AccountDesk>().AddSingleton<Privacy>().AddSingleton<GuestOrders>().AddSingleton<RecentSignIn>();
        services.AddSingleton<ErasureTasks>().AddSingleton<ErasureWorker>().AddHostedService(provider => provider.GetRequiredService<ErasureWorker>());
        return services.AddSingleton<MailWorker>().AddHostedService(provider => provider.GetRequiredService<MailWorker>());
    }

    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapPasskeys();
        routes.MapOutside();
        routes.MapErasures();
        var visitors = routes.MapGroup("/v1").ForStorefront().WithTags("Customers");
        visitors.MapPost("customers", RegisterAsync).Produces<RegistrationView>(201);
        visitors.MapPost("sessions", SignInAsync).Produces<SessionView>(201);
        visitors.MapPost("customers/password-resets", RequestResetAsync).Produces<Noted>(202);
        visitors.MapPost("customers/password-resets/confirm", ResetAsync).Produces(204);
        visitors.MapPost("customers/email-confirmations", ConfirmEmailAsync).Produces(204);

        routes.MapDelete("/v1/sessions/current", Devices.SignOutAsync).ForCustomers().WithTags("Customers").Produces(204);
        var own = routes.MapGroup("/v1/customers/me").ForCustomers().WithTags("Customers");
        own.MapGet("", GetAsync).Produces<CustomerView>();
        own.MapPatch("", PatchAsync).Produces<CustomerView>();
        own.MapDelete("", EraseAsync).Produces<ErasureView>();
        own.MapGet("export", ExportAsync).Produces<JsonObject>();
        own.MapGet("addresses", AddressesAsync).Produces<Page<CustomerAddress>>();
        own.MapPost("addresses", AddAddressAsync).Produces<CustomerAddress>(201);
        own.MapPut("addresses/{id}", SetAddressAsync).Produces<CustomerAddress>();
        own.MapDelete("addresses/{id}", RemoveAddressAsync).Produces(204);
        own.MapGet("cart", CustomerOrders.CartAsync).Produces<CartView>();
        own.MapGet("orders", CustomerOrders.ListAsync).Produces<Page<OrderView>>();
        own.MapPost("orders/claims", CustomerOrders.ClaimAsync).Produces<OrderView>();
        own.MapGet("sessions", Devices.ListAsync).Produces<Page<DeviceView>>();
        own.MapDelete("sessions", Devices.EndOthersAsync).Produces(204);
        own.MapDelete("sessions/{id}", Devices.EndAsync).Produces(204);
        own.MapPost("password", ChangePasswordAsync).Produces<SessionView>(201);
        own.MapPost("email", ChangeEmailAsync).Produces<Noted>(202);
        own.MapPost("email-verification", RequestVerificationAsync).Produces<Noted>(202);
    }

    private static Task<Answer> RegisterAsync(Body<RegisterCustomer> body, HttpContext context, Registering registering, CancellationToken cancellationToken) =>
        registering.HandleAsync(body.Value, ClientAddress.Of(context), cancellationToken);

    private static Task<Answer> SignInAsync(Body<SignIn> body, HttpContext context, SigningIn signingIn, MarketList markets, CancellationToken cancellationToken) =>
        signingIn.HandleAsync(body.Value, Visit.Of(context, markets, body.Value.CartId, body.Value.Strategy, body.Value.Device), cancellationToken);

    private static async Task<IResult> RequestResetAsync(Body<RequestPasswordReset> body, HttpContext context, Credentials credentials, CancellationToken cancellationToken)
    {
        await credentials.RequestResetAsync(body.Value, ClientAddress.Of(context), cancellationToken);
        return Results.Json(Accepted, Json.Options, statusCode: 202);
    }

    private static async Task<IResult> ResetAsync(Body<ResetPassword> body, HttpContext context, Credentials credentials, CancellationToken cancellationToken)
    {
        await credentials.ResetAsync(body.Value, ClientAddress.Of(context), cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> ConfirmEmailAsync(Body<ConfirmEmail> body, HttpContext context, Credentials credentials, CancellationToken cancellationToken)
    {
        await credentials.ConfirmEmailAsync(body.Value, Caller.Of(context), ClientAddress.Of(context), cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> GetAsync(HttpContext context, CustomerStore customers, CancellationToken cancellationToken)
    {
        var customer = await customers.OwnAsync(Caller.Of(context), cancellationToken);
        return ETags.Answer(context, customer.Version, customer.View());
    }

    private static async Task<IResult> PatchAsync(Body<PatchCustomer> body, HttpContext context, AccountDesk desk, CancellationToken cancellationToken)
    {
        var customer = await desk.PatchAsync(Caller.Of(context), body, version => ETags.Check(context, version), cancellationToken);
        return ETags.Answer(context, customer.Version, customer.View());
    }

    private static async Task<IResult> ExportAsync(HttpContext context, Privacy privacy, CancellationToken cancellationToken) =>
        Results.Json(await privacy.ExportAsync(Caller.Of(context), cancellationToken), Json.Options);

    private static async Task<IResult> EraseAsync(HttpContext context, Privacy privacy, CancellationToken cancellationToken) =>
        Results.Json(await privacy.EraseAsync(Caller.Of(context), version => ETags.Check(context, version), cancellationToken), Json.Options);

    private static async Task<IResult> AddressesAsync(HttpContext context, CustomerStore customers, CancellationToken cancellationToken)
    {
        var customer = await customers.OwnAsync(Caller.Of(context), cancellationToken);
        return ETags.Answer(context, customer.Version, new Page<CustomerAddress>(customer.Facts.Addresses, null));
    }

    private static async Task<IResult> AddAddressAsync(Body<AddressInput> body, HttpContext context, AccountDesk desk, CancellationToken cancellationToken)
    {
        var (customer, address) = await desk.AddAddressAsync(Caller.Of(context), body.Value, version => ETags.Check(context, version), cancellationToken);
        return new Answer(201, Json.Write(address)) { ETag = ETags.Of(customer.Version), Location = $"/v1/customers/me/addresses/{address.Id}" };
    }

    private static async Task<IResult> SetAddressAsync(string id, Body<AddressInput> body, HttpContext context, AccountDesk desk, CancellationToken cancellationToken)
    {
        var (customer, address) = await desk.SetAddressAsync(Caller.Of(context), id, body.Value, version => ETags.Check(context, version), cancellationToken);
        return new Answer(200, Json.Write(address)) { ETag = ETags.Of(customer.Version) };
    }

    private static async Task<IResult> RemoveAddressAsync(string id, HttpContext context, AccountDesk desk, CancellationToken cancellationToken)
    {
        await desk.RemoveAddressAsync(Caller.Of(context), id, version => ETags.Check(context, version), cancellationToken);
        return Results.NoContent();
    }

    private static Task<Answer> ChangePasswordAsync(Body<ChangePassword> body, HttpContext context, Credentials credentials, CancellationToken cancellationToken) =>
        credentials.ChangePasswordAsync(body.Value, Caller.Of(context), ClientAddress.Of(context), cancellationToken);

    private static async Task<IResult> ChangeEmailAsync(Body<ChangeEmail> body, HttpContext context, Credentials credentials, CancellationToken cancellationToken)
    {
        await credentials.RequestEmailAsync(body.Value, Caller.Of(context), ClientAddress.Of(context), cancellationToken);
        return Results.Json(Accepted, Json.Options, statusCode: 202);
    }

    private static async Task<IResult> RequestVerificationAsync(HttpContext context, Credentials credentials, CancellationToken cancellationToken)
    {
        await credentials.RequestVerificationAsync(Caller.Of(context), cancellationToken);
        return Results.Json(Accepted, Json.Options, statusCode: 202);
    }
}
