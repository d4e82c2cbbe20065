using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Access;
using Composable.Hub.Http;

namespace Composable.Hub.Durability;

/// <summary>Reads the Idempotency-Key of a request. Its scope is the caller, the route and the key.</summary>
internal static class IdempotencyKeys
{
    private const int MaxLength = 255;

    /// <summary>Null when the request has no key.</summary>
    public static IdempotencyKey? Of(HttpContext context, Func<string> fingerprint)
    {
        var values = context.Request.Headers["Idempotency-Key"];
        if (values.Count == 0) return null;
        var text = values.ToString().Trim('"');
        if (text.Length is 0 or > MaxLength) throw new RefusedException(Refusal.Invalid("", "idempotency_key_invalid", $"An Idempotency-Key has 1 to {MaxLength} characters."));
        var scope = $"{Caller.Of(context).Id}\n{context.Request.Method} {context.Request.Path}\n{text}";
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope))), fingerprint());
    }

    /// <summary>For requests that move money.</summary>
    public static IdempotencyKey Required(HttpContext context, Func<string> fingerprint) => Of(context, fingerprint)
        ?? throw new RefusedException(new(400, "idempotency_key_required", "This request needs an Idempotency-Key header, so that it can be repeated safely."));
}
