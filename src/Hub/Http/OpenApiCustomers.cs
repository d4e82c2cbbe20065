namespace Composable.Hub.Http;

/// <summary>What the documents say otherwise of customers' operations than of others.</summary>
internal static class OpenApiCustomers
{
    private const string Own = "/v1/customers/me", Current = "/v1/sessions/current";

    /// <summary>
    /// Nothing is kept by Idempotency-Key here: the answers hold tokens of sessions and personal data, which belong nowhere but where they are erased from.
    /// </summary>
    public static bool Concern(string path) => path.StartsWith("/v1/customers", StringComparison.Ordinal) || path.StartsWith("/v1/sessions", StringComparison.Ordinal) || path.StartsWith("/v1/sign-ins", StringComparison.Ordinal);

    /// <summary>Takes a session, and no key is enough.</summary>
    public static bool NeedSession(string path) => path == Current || path == Own || path.StartsWith(Own + "/", StringComparison.Ordinal);

    /// <summary>Changes what has an ETag: the account itself and the addresses in it.</summary>
    public static bool Change(string method, string path) => path == Own ? method is "PATCH" or "DELETE" : method != "GET" && path.StartsWith(Own + "/addresses", StringComparison.Ordinal);
}
