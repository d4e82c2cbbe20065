using Composable.Hub.Access.Audit;
using Composable.Hub.Http;

namespace Composable.Hub.Access;

/// <summary>Who may enter by a route. A route without a door does not start: nothing is public by forgetting.</summary>
internal static class Doors
{
    /// <param name="Scope">What a secret key needs to enter.</param>
    internal sealed record Door(string Name, string? Scope);

    private const string Storefront = "storefront";

    private static readonly Refusal Unknown = new(401, "unauthenticated", "Send a publishable key in Hub-Key.");

    /// <summary>A publishable key, a customer, or a secret key that may act for shoppers.</summary>
    /// <param name="also">Another scope that is enough for a secret key.</param>
    public static TBuilder ForStorefront<TBuilder>(this TBuilder builder, string? also = null)
        where TBuilder : IEndpointConventionBuilder => builder.Guard("storefront", also ?? Storefront, caller =>
            caller.Kind == CallerKind.Anonymous ? Unknown : also is not null && caller.May(also) ? null : Shopping(caller));

    /// <summary>The same, or a guest's cart token; whose cart it is, the resource itself checks.</summary>
    public static TBuilder ForGuests<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard("guests", Storefront, caller => caller.Kind == CallerKind.Anonymous && caller.CartToken is null ? Unknown : Shopping(caller));

    /// <summary>A customer who is signed in; nobody else, whatever key they have.</summary>
    public static TBuilder ForCustomers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard("customers", null, caller => caller.Kind == CallerKind.Customer ? null : new(401, "unauthenticated", "Sign in, and send the session's token as Authorization: Bearer cs_…"));

    /// <summary>A secret key with the scope.</summary>
    public static TBuilder ForAdmin<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder => builder.Guard("admin", scope, caller => caller.Kind switch
        {
            CallerKind.Anonymous => new(401, "unauthenticated", "Send a secret key as Authorization: Bearer sk_…"),
            CallerKind.Secret when caller.May(scope) => Enter(caller),
            _ => Without(scope),
        });

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

    /// <summary>A server's key reaches every cart and order by the storefront's routes too, so that takes a scope.</summary>
    private static Refusal? Shopping(Caller caller) => caller.Kind == CallerKind.Secret && !caller.May(Storefront) ? Without(Storefront) : null;

    private static Refusal Without(string scope) => new(403, "forbidden", $"This key does not have the scope {scope}.");

    private static TBuilder Guard<TBuilder>(this TBuilder builder, string name, string? scope, Func<Caller, Refusal?> check)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new Door(name, scope));
        builder.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => check(Caller.Of(context)) is { } refusal ? ProblemAnswers.WriteAsync(context, refusal) : next(context);
        });
        return builder;
    }
}
