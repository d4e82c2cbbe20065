namespace Composable.Hub.Access;

/// <summary>What keys and roles may be allowed to do. Each route of staff needs one of them; <c>*</c> is all.</summary>
internal static class Scopes
{
    public static readonly IReadOnlyList<string> All =
    [
        "*", "audit:read", "catalog:write", "connections:write", "content:preview", "edge:read", "edge:write", "events:write", "keys:read", "keys:write", "metrics:read",
        "orders:read", "orders:write", "processes:read", "processes:write", "promotions:write", "search:read", "search:write", "staff:read", "staff:write", "storefront",
    ];
}
