using System.Reflection;
using System.Text.Json;
using Composable.Hub.Tests.Fixture;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Http;

/// <summary>A route of the running hub, read from its routing table: a new route is tested without being named here.</summary>
internal sealed record ApiRoute(string Method, string Pattern, Type? Body)
{
    public bool IsAdmin => Pattern.StartsWith("/admin", StringComparison.Ordinal);

    /// <summary>Only for who is signed in.</summary>
    public bool IsOfCustomer => Pattern.StartsWith("/v1/customers/me", StringComparison.Ordinal) || Pattern == "/v1/sessions/current";

    /// <summary>Only for staff who are signed in.</summary>
    public bool IsOfStaff => Pattern is "/admin/sessions/current" or "/admin/sessions/password";

    /// <summary>For who is about to show who they are.</summary>
    public bool IsOpen => Pattern is "/admin/sessions" or "/admin/invitations/accept" || Pattern.StartsWith("/admin/sign-ins", StringComparison.Ordinal);

    public bool IsImport => Pattern == "/admin/imports";

    /// <summary>The routes of the storefront and of staff.</summary>
    public static IReadOnlyList<ApiRoute> Of(TestShop shop) => [.. All(shop).Where(route => route.Method != "HEAD" && (route.IsAdmin || route.Pattern.StartsWith("/v1", StringComparison.Ordinal)))];

    public static IReadOnlyList<ApiRoute> All(TestShop shop) => [.. shop.Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .SelectMany(Of)];

    public static IEnumerable<ApiRoute> Of(RouteEndpoint endpoint) => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(method => new ApiRoute(
        method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint.Metadata.GetOrderedMetadata<IAcceptsMetadata>().Select(accepts => accepts.RequestType).LastOrDefault()));

    /// <summary>The path with an id of nothing in each place, or the given one in the first.</summary>
    public string Path(string id = "none_1")
    {
        var path = Pattern;
        for (var at = path.IndexOf('{', StringComparison.Ordinal); at >= 0; at = path.IndexOf('{', StringComparison.Ordinal), id = "none_1")
            path = path[..at] + id + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..];
        return IsImport ? path + "?format=jsonl" : path;
    }

    /// <summary>A body of the right shape; what it names does not exist.</summary>
    public string? Sample() => Body is null || IsImport ? null : Body.Name switch
    {
        "CreateCart" or "CaptureInput" or "RefundInput" or "CancelInput" or "FulfillInput" or "PatchCheckout" => "{}",
        "LineInput" => """{"sku":"none","quantity":1}""",
        "QuantityInput" => """{"quantity":1}""",
        "CartOperations" => """{"operations":[{"type":"setEmail","email":"eve@example.com"}]}""",
        "CreateCheckout" => """{"cartId":"none_1"}""",
        "CompleteCheckout" => """{"quoteToken":"none"}""",
        "ConfirmPayment" => """{"details":{"redirectResult":"none"}}""",
        "RegisterCustomer" => """{"email":"eve@example.com","password":"a kettle of nine owls"}""",
        "SignIn" or "ChangeEmail" => """{"email":"eve@example.com","password":"none"}""",
        "PatchCustomer" => "{}",
        "AddressInput" => """{"address":{"name":"Eve","line1":"1 Main St","city":"Austin","region":"TX","postalCode":"78701","country":"US"}}""",
        "ChangePassword" => """{"currentPassword":"none","newPassword":"a kettle of nine owls"}""",
        "RequestPasswordReset" => """{"email":"eve@example.com"}""",
        "ResetPassword" => """{"token":"none","newPassword":"a kettle of nine owls"}""",
        "ConfirmEmail" => """{"token":"none"}""",
        "BeginPasskey" => "{}",
        "AddPasskey" or "SignInWithPasskey" => """{"flow":"none","credential":{}}""",
        "ClaimOrder" => """{"order":"none"}""",
        "NewKey" => """{"name":"none","kind":"secret"}""",
        "RotateKey" or "PatchStaff" => "{}",
        "BeginSignIn" => """{"provider":"none","redirectUri":"https://shop.example/back"}""",
        "ProviderAnswer" or "FinishSignIn" => """{"flow":"none","state":"none","code":"none"}""",
        "RoleInput" => """{"name":"None","grants":[{"scope":"edge:read"}]}""",
        "NewStaff" => """{"email":"eve@example.com","name":"Eve","roles":[]}""",
        "AcceptInvitation" => """{"token":"none","password":"a kettle of nine owls"}""",
        "StaffSignIn" => """{"email":"eve@example.com","password":"none"}""",
        "ChangeStaffPassword" => """{"currentPassword":"none","newPassword":"a kettle of nine owls"}""",
        // Refused, because it would take every test's keys with it.
        "RotateAll" => """{"overlapSeconds":-1}""",
        "PromotionInput" => """{"kind":"percentage","percent":10}""",
        "SetPrice" => """{"sku":"none","currency":"USD","amount":1}""",
        "SetStock" => """{"sku":"none","onHand":1}""",
        "ConnectionInput" => """{"connector":"none","settings":{}}""",
        "RoutePlan" => """{"rules":[]}""",
        "ConnectionFile" => """{"connections":[{"id":"none","connector":"none","settings":{}}]}""",
        "PurgeInput" => """{"tags":["none"]}""",
        "ReplayInput" => """{"consumer":"none"}""",
        _ => throw new InvalidOperationException($"Add a sample body for {Body.Name}, which {Method} {Pattern} takes."),
    };

    /// <summary>A member of the body that must not be null.</summary>
    public string? NotNull()
    {
        if (Body is null || IsImport) return null;
        var nullability = new NullabilityInfoContext();
        return Body.GetProperties().Where(member => member.PropertyType.IsValueType ? Nullable.GetUnderlyingType(member.PropertyType) is null : nullability.Create(member).WriteState == NullabilityState.NotNull)
            .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name)).FirstOrDefault();
    }

    public override string ToString() => $"{Method} {Pattern}";
}
