using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Staff;

namespace Composable.Hub.Tests.Http;

/// <summary>Requests as bytes, without the good manners of a client.</summary>
internal static class Wire
{
    private static readonly ConditionalWeakTable<TestShop, Lazy<Task<Shopper>>> Shoppers = [];

    public static async Task<Reply> RawAsync(this TestShop shop, string method, string path, byte[]? body = null, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(shop.Url.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await shop.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, IsJson(response.Content.Headers.ContentType) && text.Length > 0 ? JsonNode.Parse(text) : null, response);
    }

    /// <summary>A call with a good key for the route and an idempotency key.</summary>
    public static async Task<Reply> CallAsync(this TestShop shop, ApiRoute route, string? body, string? path = null, string? contentType = "application/json", params (string Name, string Value)[] headers) =>
        await shop.RawAsync(route.Method, path ?? route.Path(), body is null ? null : Encoding.UTF8.GetBytes(body), contentType,
            [route.IsOfCustomer ? await SessionAsync(shop, route) : route.IsOfStaff ? await StaffSessionAsync(shop) : Key(route), ("Idempotency-Key", Guid.NewGuid().ToString("N")), .. headers]);

    /// <summary>A customer's session, one for all calls that do not end it.</summary>
    private static async Task<(string Name, string Value)> SessionAsync(TestShop shop, ApiRoute route) =>
        ("Authorization", $"Bearer {(route.Method == "DELETE" ? await Shopper.RegisterAsync(shop.Client()) : await Shoppers.GetValue(shop, some => new(() => Shopper.RegisterAsync(some.Client()))).Value).Token}");

    private static async Task<(string Name, string Value)> StaffSessionAsync(TestShop shop) => ("Authorization", $"Bearer {(await StaffFloor.SignInAsync(shop.Client())).Text("token")}");

    public static (string Name, string Value) Key(ApiRoute route) => route.IsAdmin ? ("Authorization", "Bearer sk_demo") : ("Hub-Key", "pk_demo");

    /// <summary>Checks that the answer is a whole problem, of this status and code.</summary>
    public static void ShouldBeProblem(this Reply reply, int status, string code, string about)
    {
        reply.Status.ShouldBe(status, $"{about}: {reply.Json}");
        reply.ShouldBeProblem(about);
        reply.Code.ShouldBe(code, about);
    }

    public static void ShouldBeProblem(this Reply reply, string about)
    {
        reply.Raw.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", about);
        var problem = reply.Json.ShouldNotBeNull(about).AsObject();
        foreach (var member in new[] { "type", "title", "status", "detail", "code", "retryable", "traceId" }) problem.ContainsKey(member).ShouldBeTrue($"{about}: no {member} in {problem}");
        problem["status"]!.GetValue<int>().ShouldBe(reply.Status, about);
        problem["type"]!.GetValue<string>().ShouldEndWith("/" + problem["code"]!.GetValue<string>());
        problem["traceId"]!.GetValue<string>().ShouldBe(reply.Header("Trace-Id"), about);
        problem["detail"]!.GetValue<string>().ShouldNotMatch("(?i)exception|npgsql|sqlite|select |insert | at Composable|System\\.", about);
        foreach (var header in new[] { "Location", "Set-Cookie", "Idempotent-Replayed" }) reply.Header(header).ShouldBeNull(about);
    }

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
}
