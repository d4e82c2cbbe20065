namespace Composable.Sandbox.TaxJar;

/// <summary>Ends a request with one of TaxJar's errors.</summary>
internal sealed class TaxJarRefusal(int status, string detail) : Exception(detail)
{
    public int Status => status;

    public string Detail => Message;

    public string Error => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        406 => "Not Acceptable",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };

    public static TaxJarRefusal Bad(string detail) => new(400, detail);

    public static TaxJarRefusal Missing(string name) => new(406, $"{name} is missing");

    public static TaxJarRefusal NotFound() => new(404, "Resource can not be found");
}
