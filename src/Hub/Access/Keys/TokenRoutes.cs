using System.Text;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Microsoft.AspNetCore.WebUtilities;

namespace Composable.Hub.Access.Keys;

/// <summary>The token endpoint of services. It speaks OAuth's own shapes, errors too, so that any library can use it.</summary>
internal static class TokenRoutes
{
    private sealed record Given(string AccessToken, string TokenType, int ExpiresIn, string Scope);

    private sealed record Failure(string Error, string ErrorDescription);

    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/token", GiveAsync).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/.well-known/oauth-authorization-server", (ServiceTokens tokens) => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = tokens.Issuer,
            ["token_endpoint"] = tokens.Endpoint,
            ["grant_types_supported"] = (string[])["client_credentials"],
            ["response_types_supported"] = Array.Empty<string>(),
            ["token_endpoint_auth_methods_supported"] = (string[])["client_secret_basic", "client_secret_post", "private_key_jwt"],
            ["token_endpoint_auth_signing_alg_values_supported"] = (string[])["ES256", "ES384", "RS256", "PS256"],
            ["scopes_supported"] = Scopes.All,
        })).ForAnyone().ExcludeFromDescription();
    }

    private static async Task<IResult> GiveAsync(HttpContext context, ServiceTokens tokens, CancellationToken cancellationToken)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true) return Failed(new(null, "", "invalid_request", "Send application/x-www-form-urlencoded."));
        if (await ReadAsync(context) is not { } request) return Failed(new(null, "", "invalid_request", "A parameter stands twice, or the client proves itself in two ways."));
        var outcome = await tokens.IssueAsync(request, cancellationToken);
        if (outcome.Token is null) return Failed(outcome);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new Given(outcome.Token, "Bearer", (int)AccessTokens.Life.TotalSeconds, outcome.Scope), Snake);

        IResult Failed(TokenOutcome failed)
        {
            context.Response.Headers.CacheControl = "no-store";
            if (failed.Error == "invalid_client") context.Response.Headers.WWWAuthenticate = "Basic realm=\"services\"";
            return Results.Json(new Failure(failed.Error!, failed.Why!), Snake, statusCode: failed.Error == "invalid_client" ? 401 : 400);
        }
    }

    private static readonly System.Text.Json.JsonSerializerOptions Snake = new(Json.Options) { PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower };

    private static async Task<TokenRequest?> ReadAsync(HttpContext context)
    {
        using var reader = new FormReader(Encoding.UTF8.GetString(await RawBody.GetAsync(context))) { ValueCountLimit = 20, ValueLengthLimit = 20_000 };
        Dictionary<string, Microsoft.Extensions.Primitives.StringValues> form;
        try
        {
            form = await reader.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        if (form.Any(field => field.Value.Count > 1 || field.Value.ToString().Contains('\0'))) return null;
        string? Field(string name) => form.TryGetValue(name, out var value) ? value[0] : null;
        var basic = Basic(context);
        if (basic is not null && (Field("client_secret") ?? Field("client_assertion")) is not null) return null;
        return new(Field("grant_type"), Field("scope"), basic?.Id ?? Field("client_id"), basic?.Secret ?? Field("client_secret"), Field("client_assertion_type"), Field("client_assertion"));
    }

    private static (string Id, string Secret)? Basic(HttpContext context)
    {
        if (context.Request.Headers.Authorization.FirstOrDefault() is not { } header || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> bytes = new byte[1024];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length)) return ("", "");
        var text = Encoding.UTF8.GetString(bytes[..length]);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || text.Contains('\0') || text.Contains("%00", StringComparison.Ordinal) ? ("", "") : (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }
}
