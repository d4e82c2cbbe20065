using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Hub.Access.Proving;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Access.Keys;

internal static class KeyRoutes
{
    private const int LongestName = 60, MostEntries = 50, LongestOverlap = 86_400 * 7;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/keys").WithTags("Keys");
        staff.MapGet("", ListAsync).ForAdmin("keys:read").Produces<Page<KeyView>>();
        staff.MapGet("{id}", GetAsync).ForAdmin("keys:read").Produces<KeyView>();
        staff.MapPost("", AddAsync).ForAdmin("keys:write").Produces<KeyView>(201);
        staff.MapPost("{id}/rotate", RotateAsync).ForAdmin("keys:write").Produces<KeyView>(201);
        staff.MapDelete("{id}", RevokeAsync).ForAdmin("keys:write").Produces(204);
    }

    private static async Task<IResult> ListAsync(KeyStore store, CancellationToken cancellationToken) =>
        Results.Json(new Page<KeyView>([.. (await store.AllAsync(cancellationToken)).Select(key => key.View())], null), Json.Options);

    private static async Task<IResult> GetAsync(string id, HttpContext context, KeyStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } key ? ETags.Answer(context, key.Version, key.View()) : Refusal.NotFound("key").ToResult();

    /// <summary>The answer has the key in it, so it is not remembered for repeats: a repeat makes another key.</summary>
    private static async Task<IResult> AddAsync(Body<NewKey> body, HttpContext context, KeyStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Wrong(body.Value, Caller.Of(context), clock.GetUtcNow()) is { } wrong) return wrong.ToResult();
        return Shown(await store.AddAsync(body.Value, cancellationToken));
    }

    private static async Task<IResult> RotateAsync(string id, Body<RotateKey> body, HttpContext context, KeyStore store, CancellationToken cancellationToken)
    {
        if (body.Value.OverlapSeconds is < 0 or > LongestOverlap) return Refusal.Invalid("/overlapSeconds", "out_of_range", $"0 to {LongestOverlap} seconds.").ToResult();
        return await ChangeAsync(id, context, store, async key => WrongKey(key.Kind, body.Value.PublicKey) is { } wrong
            ? wrong.ToResult()
            : Shown(await store.RotateAsync(key, TimeSpan.FromSeconds(body.Value.OverlapSeconds), body.Value.PublicKey, cancellationToken)), cancellationToken);
    }

    private static Task<IResult> RevokeAsync(string id, HttpContext context, KeyStore store, CancellationToken cancellationToken) => ChangeAsync(id, context, store, async key =>
    {
        await store.RevokeAsync(key, cancellationToken);
        return Results.NoContent();
    }, cancellationToken);

    /// <summary>Who may not give a right away may not take the key that has it either.</summary>
    private static async Task<IResult> ChangeAsync(string id, HttpContext context, KeyStore store, Func<StoredKey, Task<IResult>> change, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } key) return Refusal.NotFound("key").ToResult();
        if (ETags.ForCommand(context, key.Version) is { } stale) return stale.ToResult();
        if (Beyond(key.Entry.Scopes, Caller.Of(context)) is { } beyond) return beyond.ToResult();
        try
        {
            return await change(key);
        }
        catch (GuardFailedException)
        {
            return new Refusal(412, "precondition_failed", "This has changed since you read it.").ToResult();
        }
    }

    private static Answer Shown(KeyView key) => new(201, Json.Write(key)) { ETag = ETags.Of(key.Version), Location = $"/admin/keys/{key.Id}" };

    private static Refusal? Wrong(NewKey wanted, Caller caller, DateTimeOffset now)
    {
        var (scopes, origins) = (wanted.Scopes ?? [], wanted.Origins ?? []);
        if (wanted.Name.Length is 0 or > LongestName || !wanted.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.')) return Refusal.Invalid("/name", "out_of_range", $"A name has 1 to {LongestName} letters, digits, spaces, dots and hyphens.");
        if (wanted.Kind is not ("publishable" or "secret" or "service")) return Refusal.Invalid("/kind", "unknown_kind", "publishable, secret or service.");
        if (WrongKey(wanted.Kind, wanted.PublicKey) is { } wrongKey) return wrongKey;
        if (scopes.Count > MostEntries || origins.Count > MostEntries) return Refusal.Invalid(scopes.Count > MostEntries ? "/scopes" : "/origins", "too_many", $"At most {MostEntries}.");
        if (wanted.Kind == "publishable" && scopes.Count > 0) return Refusal.Invalid("/scopes", "not_allowed", "A publishable key has no scopes.");
        if (wanted.Kind != "publishable" && origins.Count > 0) return Refusal.Invalid("/origins", "not_allowed", "Origins are for publishable keys: a secret key has no place in a browser.");
        if (scopes.Any(scope => scope is null || !Scopes.All.Contains(scope))) return Refusal.Invalid("/scopes", "unknown_scope", $"There are: {string.Join(", ", Scopes.All)}.");
        if (origins.Any(origin => origin is null || !WebOrigin.IsValid(origin))) return Refusal.Invalid("/origins", "invalid", "An origin is https://shop.example, or http://localhost:* for development.");
        return wanted.ExpiresAt <= now ? Refusal.Invalid("/expiresAt", "out_of_range", "A key ends in the future.") : Beyond(scopes, caller);
    }

    private static Refusal? Beyond(IReadOnlyList<string> scopes, Caller caller) =>
        scopes.FirstOrDefault(scope => !caller.Rights.Cover(new(scope))) is { } beyond ? new(403, "forbidden", $"Who does not have the scope {beyond}, whole, cannot deal in it.") : null;

    private static Refusal? WrongKey(string kind, JsonObject? publicKey)
    {
        if (kind != "service") return publicKey is null ? null : Refusal.Invalid("/publicKey", "not_allowed", "A public key is for services.");
        if (publicKey is null) return Refusal.Invalid("/publicKey", "required", "A service has a public key.");
        using var key = SigningKey.Read(publicKey);
        return key is null ? Refusal.Invalid("/publicKey", "invalid", "A public JSON Web Key for signing: RSA of 2048 bits or more, P-256 or P-384.") : null;
    }
}
