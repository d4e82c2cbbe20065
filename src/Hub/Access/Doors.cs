using Composable.Hub.Access.Audit;
using Composable.Hub.Http;

namespace Composable.Hub.Access;

/// <summary>Who may enter by a route. A route without a door does not start: nothing is public by forgetting.</summary>
internal static class Doors
{
    /// <param name="Scope">What who acts for the shop needs to enter.</param>
    internal sealed record Door(string Name, string? Scope, Reach Reach = Reach.All);

    /// <summary>What of a scope a route needs.</summary>
    internal enum Reach
    {
        /// <summary>The scope on every connection.</summary>
        All,

        /// <summary>On the connection that the route names.</summary>
        One,

        /// <summary>On some connection; the route shows only those.</summary>
        Some,

        /// <summary>On every connection, and with nothing hidden.</summary>
        Everything,
    }

    private const string Storefront = "storefront";

    private static readonly Refusal Unknown = new(401, "unauthenticated", "Send a publishable key in Hub-Key.");

    /// <summary>A publishable key, a customer, or a secret key that may act for shoppers.</summary>
    /// <param name="also">Another scope that is enough for a secret key.</param>
    public static TBuilder ForStorefront<TBuilder>(this TBuilder builder, string? also = null)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new("storefront", also ?? Storefront), (caller, _) =>
            caller.Kind == CallerKind.Anonymous ? Unknown : also is not null && caller.May(also) ? null : Shopping(caller));

    /// <summary>The same, or a guest's cart token; whose cart it is, the resource itself checks.</summary>
    public static TBuilder ForGuests<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new("guests", Storefront), (caller, _) => caller.Kind == CallerKind.Anonymous && caller.CartToken is null ? Unknown : Shopping(caller));

    /// <summary>A customer who is signed in; nobody else, whatever key they have.</summary>
    public static TBuilder ForCustomers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new("customers", null), (caller, _) => caller.Kind == CallerKind.Customer ? null : new(401, "unauthenticated", "Sign in, and send the session's token as Authorization: Bearer cs_…"));

    /// <summary>Whoever acts for the shop and has the scope.</summary>
    public static TBuilder ForAdmin<TBuilder>(this TBuilder builder, string scope, Reach reach = Reach.All)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new("admin", scope, reach), (caller, connection) =>
            caller.Kind == CallerKind.Anonymous ? new(401, "unauthenticated", "Send a secret key as Authorization: Bearer sk_…, or sign in.")
            : caller.IsOfShop && Reaches(caller.Rights, scope, reach, connection) ? Enter(caller) : Without(scope));

    /// <summary>Staff who are signed in, whatever their roles.</summary>
    public static TBuilder ForStaff<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new("staff", null), (caller, _) =>
            caller.Kind == CallerKind.Staff ? Enter(caller) : new(401, "unauthenticated", "Sign in, and send the session's token as Authorization: Bearer ss_…"));

    public static TBuilder ForAnyone<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new Door("anyone", null));
        return builder;
    }

    /// <summary>Refuses to start when a route has no door.</summary>
    public static void AssertDoors(this WebApplication app)
    {
        var open = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Where(endpoint => endpoint.Metadata.GetMetadata<Door>() is null)
            .Select(endpoint => endpoint.DisplayName).ToList();
        if (open.Count > 0) throw new InvalidOperationException($"Routes without a door: {string.Join(", ", open)}.");
    }

    private static Refusal? Enter(Caller staff)
    {
        Actor.Is(staff);
        return null;
    }

    /// <summary>Who acts for the shop reaches every cart and order by the storefront's routes too, so that takes a scope.</summary>
    private static Refusal? Shopping(Caller caller) => caller.IsOfShop && !caller.May(Storefront) ? Without(Storefront) : null;

    private static Refusal Without(string scope) => new(403, "forbidden", $"This needs the scope {scope}, here and as far as it goes.");

    private static IReadOnlySet<string> Hidden(Door door, Rights rights, string? connection) => door switch
    {
        { Scope: null } => Rights.Nothing,
        { Name: "admin", Reach: Reach.Some } => rights.HiddenAnywhere(door.Scope),
        { Name: "admin" } => rights.HiddenBy(door.Scope, connection),
        // By whichever scope they came in.
        _ => rights.HiddenAnywhere(door.Scope).Concat(rights.HiddenAnywhere(Storefront)).ToHashSet(StringComparer.OrdinalIgnoreCase),
    };

    private static bool Reaches(Rights rights, string scope, Reach reach, string? connection) => reach switch
    {
        Reach.One => rights.May(scope, connection),
        Reach.Some => rights.MaySome(scope),
        Reach.Everything => rights.Cover(new(scope)),
        _ => rights.May(scope),
    };

    private static TBuilder Guard<TBuilder>(this TBuilder builder, Door door, Func<Caller, string?, Refusal?> check)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(door);
        builder.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                var (caller, connection) = (Caller.Of(context), door.Reach == Reach.One ? (context.GetRouteValue("id") ?? context.GetRouteValue("connection")) as string : null);
                if (check(caller, connection) is { } refusal) return ProblemAnswers.WriteAsync(context, refusal);
                return caller.Kind == CallerKind.Staff && Hidden(door, caller.Rights, connection) is { Count: > 0 } hidden ? HiddenFields.RunAsync(context, hidden, next) : next(context);
            };
        });
        return builder;
    }
}
