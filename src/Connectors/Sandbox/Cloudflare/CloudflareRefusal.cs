namespace Composable.Sandbox.Cloudflare;

/// <summary>Ends a request with one of Cloudflare's errors.</summary>
internal sealed class CloudflareRefusal(int status, int code, string message) : Exception(message)
{
    public int Status => status;

    public int Code => code;

    public static CloudflareRefusal Bad(int code, string message) => new(400, code, message);

    public static CloudflareRefusal NoRoute() => new(404, 7003, "Could not route to the requested path, perhaps your object identifier is invalid?");
}
