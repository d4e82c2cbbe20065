namespace Composable.Hub.Access.Audit;

/// <summary>On whose behalf something is done now: a member of staff within their request, else the hub itself.</summary>
internal static class Actor
{
    private const string Hub = "hub";

    private static readonly AsyncLocal<string?> Known = new();

    public static bool IsStaff => Known.Value is not null;

    public static string Current => Known.Value ?? Hub;

    /// <summary>For the rest of this request.</summary>
    public static void Is(Caller caller) => Known.Value = caller.Id;
}
