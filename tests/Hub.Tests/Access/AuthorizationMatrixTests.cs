using System.Text;
using Composable.Hub.Access;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Access;

/// <summary>Every route and verb, tried by everybody: a new route is in the matrix without being named here.</summary>
public sealed class AuthorizationMatrixTests
{
    internal enum Cell
    {
        Open,
        Unauthenticated,
        Forbidden,
        NotThere,
    }

    /// <summary>Routes that anybody may call without a key. Whoever adds one has it reviewed here.</summary>
    private static readonly string[] Anonymous =
        [
        "GET /.well-known/oauth-authorization-server", "GET /admin/sign-ins/providers", "GET /checkout/return", "GET /healthz", "GET /metrics", "GET /openapi/{documentName}.json", "GET /readyz",
        "POST /admin/invitations/accept", "POST /admin/sessions", "POST /admin/sign-ins", "POST /admin/sign-ins/finish", "POST /oauth/token", "POST /webhooks/{connection}",
    ];

    [Fact]
    public async Task Row_10_only_reviewed_routes_are_open_to_everybody()
    {
        var shop = await TestShop.OnAsync("sqlite");

        Routes(shop).Where(route => route.Door.Name == "anyone").Select(route => route.Route.ToString()).Distinct().Order(StringComparer.Ordinal).ShouldBe(Anonymous);
    }

    [Theory, OnBothDatabases]
    public async Task Row_02_everybody_gets_where_they_may_and_nowhere_else(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var callers = await MatrixCallers.GatherAsync(shop);
        var (cells, leaks) = (0, new List<string>());
        foreach (var (route, door) in Routes(shop).Where(route => route.Door.Name != "anyone"))
        {
            foreach (var ofCustomer in door.Name == "guests" ? (bool[])[false, true] : [false])
            {
                foreach (var who in Enum.GetValues<Who>())
                {
                    var expected = Expected(door, who, ofCustomer);
                    var things = expected == Cell.Open && door.Name == "guests" ? await callers.FreshAsync(ofCustomer) : callers.Kept(ofCustomer);
                    var reply = await shop.RawAsync(route.Method, Path(route, things), Body(route, things), headers: [.. await callers.HeadersAsync(who, door, route.Pattern, things), ("Idempotency-Key", Guid.NewGuid().ToString("N"))]);
                    cells++;
                    if (!Is(reply, expected, door)) leaks.Add($"{route} by {who}{(door.Name == "guests" ? ofCustomer ? " (a customer's)" : " (a guest's)" : "")}: {reply.Status} {reply.Code} instead of {expected}");
                }
            }
        }

        leaks.ShouldBeEmpty();
        cells.ShouldBe(Routes(shop).Where(route => route.Door.Name != "anyone").Sum(route => route.Door.Name == "guests" ? 2 : 1) * Enum.GetValues<Who>().Length, "every cell was tried");
        await callers.ShouldBeUntouchedAsync();
    }

    private static List<(ApiRoute Route, Doors.Door Door)> Routes(TestShop shop) => [.. shop.Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(endpoint => ApiRoute.Of(endpoint).Where(route => route.Method != "HEAD").Select(route => (route, endpoint.Metadata.GetMetadata<Doors.Door>()!)))];

    private static Cell Expected(Doors.Door door, Who who, bool ofCustomer) => (door.Name, who) switch
    {
        (_, Who.ExpiredKey or Who.EndedKey or Who.EndedSession or Who.EndedStaffSession or Who.EndedServiceToken) => Cell.Unauthenticated,
        ("staff", Who.SignedInStaff or Who.SignedInStaffWithoutScope or Who.StaffOfOneConnection) => Cell.Open,
        ("staff", _) => Cell.Unauthenticated,
        ("admin", Who.StaffOfOneConnection) => door is { Scope: "connections:write", Reach: Doors.Reach.Some } ? Cell.Open : Cell.Forbidden,
        (_, Who.StaffOfOneConnection) => Expected(door, Who.StaffWithoutScope, ofCustomer) is var other && door.Scope == "content:preview" ? Cell.Forbidden : other,
        (_, Who.SignedInStaff or Who.ServiceToken) => Expected(door, Who.Staff, ofCustomer),
        (_, Who.SignedInStaffWithoutScope or Who.ServiceTokenWithoutScope) => Expected(door, Who.StaffWithoutScope, ofCustomer),
        ("admin", Who.Staff) => Cell.Open,
        ("admin", Who.Anonymous) => Cell.Unauthenticated,
        ("admin", _) => Cell.Forbidden,
        ("customers", Who.CustomerOwner or Who.OtherCustomer) => Cell.Open,
        ("customers", _) => Cell.Unauthenticated,
        (_, Who.Anonymous) => Cell.Unauthenticated,
        // Whoever may preview pages may read them, and so may whoever acts for shoppers.
        ("storefront", Who.StaffWithoutScope) when door.Scope == "content:preview" => Cell.Open,
        (_, Who.StaffWithoutScope) => Cell.Forbidden,
        ("storefront", _) => Cell.Open,
        ("guests", Who.Staff) => Cell.Open,
        ("guests", Who.GuestOwner) when !ofCustomer => Cell.Open,
        ("guests", Who.CustomerOwner) when ofCustomer => Cell.Open,
        ("guests", _) => Cell.NotThere,
        _ => throw new InvalidOperationException($"Who may enter by the door '{door.Name}'?"),
    };

    private static bool Is(Reply reply, Cell expected, Doors.Door door) => expected switch
    {
        Cell.Unauthenticated => reply is { Status: 401, Code: "unauthenticated" },
        Cell.Forbidden => reply is { Status: 403, Code: "forbidden" },
        // A list of what is somebody else's is a list of nothing.
        Cell.NotThere => reply is { Status: 404, Code: "not_found" } || (reply.Status == 200 && reply.Json?["items"]?.AsArray().Count == 0),
        _ => reply.Code is not ("unauthenticated" or "forbidden") && (door.Name != "guests" || (reply.Status != 404 && reply.Json?["items"]?.AsArray().Count != 0)),
    };

    private static string Path(ApiRoute route, Things things)
    {
        var path = route.Pattern.Replace("{lineId}", things.LineId, StringComparison.Ordinal);
        path = path.Replace("{id}", path.Split('/') switch { [_, "v1", "carts", ..] => things.CartId, [_, "v1", "checkouts", ..] => things.CheckoutId, [_, "v1", "orders", ..] => things.OrderId, _ => "none_1" }, StringComparison.Ordinal);
        if (path == "/v1/orders") path += $"?checkout={things.OrderedCheckoutId}";
        return (route with { Pattern = path }).Path();
    }

    private static byte[]? Body(ApiRoute route, Things things) =>
        route.Sample()?.Replace("\"cartId\":\"none_1\"", $"\"cartId\":\"{things.CartId}\"", StringComparison.Ordinal) is { } body ? Encoding.UTF8.GetBytes(body) : null;
}
