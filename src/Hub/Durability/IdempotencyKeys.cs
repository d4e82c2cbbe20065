using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Access;
using Composable.Hub.Http;

namespace Composable.Hub.Durability;

/// <summary>
/// Reads the Idempotency-Key of a request. Its scope is the caller, the route and the key. A guest is the holder of a cart token, whichever
/// publishable key is sent along; only who creates a cart has none yet, or one of another cart, and is known by key and address alone.
/// </summary>
internal static class IdempotencyKeys
{
    private const int MaxLength = 255;

    /// <summary>Null when the request has no key.</summary>
    /// <param name="owner">Whose the key is, where that is not the caller's <see cref="Caller.Id"/>.</param>
    public static IdempotencyKey? Of(HttpContext context, Func<string> fingerprint, string? owner = null)
    {
        var values = context.Request.Headers["Idempotency-Key"];
        if (values.Count == 0) return null;
        var text = values.ToString().Trim('"');
        if (text.Length is 0 or > MaxLength) throw new RefusedException(Refusal.Invalid("", "idempotency_key_invalid", $"An Idempotency-Key has 1 to {MaxLength} characters."));
        var scope = $"{owner ?? Caller.Of(context).Id}\n{context.Request.Method} {context.Request.Path}\n{text}";
        var key = new IdempotencyKey(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope))), fingerprint());
        context.Items[typeof(IdempotencyKey)] = key;
        return key;
    }

    /// <summary>The key of a request whose handler has asked for it.</summary>
    public static IdempotencyKey? Known(HttpContext context) => context.Items[typeof(IdempotencyKey)] as IdempotencyKey;

    /// <summary>For requests that move money.</summary>
    public static IdempotencyKey Required(HttpContext context, Func<string> fingerprint) => Of(context, fingerprint)
        ?? throw new RefusedException(new(400, "idempotency_key_required", "This request needs an Idempotency-Key header, so that it can be repeated safely."));
}
