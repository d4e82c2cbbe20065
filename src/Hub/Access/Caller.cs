using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Http;

namespace Composable.Hub.Access;

internal enum CallerKind
{
    Anonymous,
    Publishable,
    Customer,

    /// <summary>A secret key, or a service that has one.</summary>
    Secret,

    /// <summary>Somebody of the shop who is signed in.</summary>
    Staff,
}

/// <summary>Who is calling. Known from keys and tokens only, never from other headers.</summary>
/// <param name="Id">Scope of idempotency keys; never a key or token itself.</param>
/// <param name="Origin">The same without the cart: a secret key, or an address with the publishable key it uses. Many guests share that key.</param>
internal sealed record Caller(CallerKind Kind, string Id, string Origin, Rights Rights, string? CartToken)
{
    private static readonly object Ended = new();

    /// <summary>Set when a customer is signed in.</summary>
    public SignedIn? Customer { get; init; }

    /// <summary>Set when somebody of the shop is signed in.</summary>
    public SignedInStaff? Staff { get; init; }

    /// <summary>Acts for the shop, as far as their rights go.</summary>
    public bool IsOfShop => Kind is CallerKind.Secret or CallerKind.Staff;

    public static Caller Of(HttpContext context) => context.Items[typeof(Caller)] switch
    {
        Caller known => known,
        { } => throw new RefusedException(new Refusal(401, "unauthenticated", "This session or token has ended.")),
        null => Remember(context, Find(context) ?? throw new RefusedException(new Refusal(401, "unauthenticated", "This key is not known."))),
    };

    /// <summary>The request is this caller's from here on; null: of a token that is worth nothing.</summary>
    public static void Enter(HttpContext context, Caller? caller) => context.Items[typeof(Caller)] = caller ?? Ended;

    /// <summary>Who spends the request, known or not: the unit of rate limits.</summary>
    public static string OriginOf(HttpContext context)
    {
        if (Find(context) is not { } caller) return ClientAddress.Of(context);
        if (Bearers.TokenOf(context) is null) Remember(context, caller);
        return caller.Origin;
    }

    public bool May(string scope) => Rights.May(scope);

    /// <summary>A customer's things are reached by that customer, a guest's by who has the token, and all by who acts for the shop.</summary>
    public bool Owns(Owner owner) => IsOfShop || (owner.CustomerId is { } customer
        ? Customer?.CustomerId == customer
        : CartToken is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CartTokens.HashOf(CartToken)), Encoding.ASCII.GetBytes(owner.TokenHash)));

    /// <summary>Null when the key is not known.</summary>
    public static Caller? Find(HttpContext context)
    {
        var request = context.Request;
        var token = request.Headers["Hub-Cart-Token"].FirstOrDefault() ?? request.Cookies["hub_cart_token"];
        token = token is { Length: > 0 and <= 200 } ? token : null;
        var key = request.Headers["Hub-Key"].FirstOrDefault() ?? (Bearers.TokenOf(context) is null ? Bearer(context) : null);
        var found = key is null ? Nobody : context.RequestServices.GetRequiredService<AccessKeys>().Find(key);
        if (found is null) return null;
        var origin = found.Kind == CallerKind.Secret ? found.Id : $"{found.Id}@{ClientAddress.Of(context)}";
        return new(found.Kind, found.Kind == CallerKind.Secret || token is null ? origin : "guest:" + CartTokens.HashOf(token), origin, Rights.Of(found.Scopes), token);
    }

    private static readonly AccessKeys.Entry Nobody = new(CallerKind.Anonymous, "anonymous", []);

    public static string? Bearer(HttpContext context) =>
        context.Request.Headers.Authorization.FirstOrDefault() is { } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;

    private static Caller Remember(HttpContext context, Caller caller)
    {
        context.Items[typeof(Caller)] = caller;
        return caller;
    }
}

internal static class ClientAddress
{
    /// <summary>Where a request comes from. Of IPv6 the network, because a client has all addresses of its own.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}

/// <summary>A guest cart is reached by its id and a token that only its creator was given; the hub keeps the token's hash.</summary>
internal static class CartTokens
{
    public static (string Token, string Hash) New()
    {
        var token = "ct_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        return (token, HashOf(token));
    }

    public static string HashOf(string token) => SecretToken.HashOf(token);
}
