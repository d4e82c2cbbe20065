namespace Composable.Hub.Http;

/// <summary>Origins as browsers send them: scheme, host in lower case, and the port where it is not the scheme's own.</summary>
internal static class WebOrigin
{
    private static readonly string[] AnyPort = ["http://localhost:*", "https://localhost:*", "http://127.0.0.1:*", "https://127.0.0.1:*"];

    public static bool IsValid(string allowed) => AnyPort.Contains(allowed)
        || (Uri.TryCreate(allowed, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == allowed && uri.UserInfo.Length == 0);

    public static bool Matches(string allowed, string origin) => allowed.EndsWith('*')
        ? origin.StartsWith(allowed[..^1], StringComparison.Ordinal) && origin.Length > allowed.Length - 1 && origin.AsSpan(allowed.Length - 1).IndexOfAnyExceptInRange('0', '9') < 0 || origin == allowed[..^2]
        : origin == allowed;
}
