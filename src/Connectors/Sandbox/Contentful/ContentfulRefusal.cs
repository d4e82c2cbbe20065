using System.Text.Json;

namespace Composable.Sandbox.Contentful;

/// <summary>Ends a request with one of Contentful's errors.</summary>
internal sealed class ContentfulRefusal(int status, string id, string message) : Exception(message)
{
    public int Status => status;

    public static ContentfulRefusal NotFound() => new(404, "NotFound", "The resource could not be found.");

    public static ContentfulRefusal Query(string message) => new(400, "InvalidQuery", "The query you sent was invalid. " + message);

    public static ContentfulRefusal Of(int status) => status switch
    {
        401 => new(status, "AccessTokenInvalid", "The access token you sent could not be found or is invalid."),
        403 => new(status, "AccessDenied", "Forbidden"),
        404 => NotFound(),
        429 => new(status, "RateLimitExceeded", "You have exceeded the rate limit of the Organization this Space belongs to by making too many API requests within a short timespan."),
        _ => new(status, status < 500 ? "BadRequest" : "ServerError", "The sandbox was told to say so."),
    };

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("sys");
        json.WriteString("type", "Error");
        json.WriteString("id", id);
        json.WriteEndObject();
        json.WriteString("message", Message);
        json.WriteString("requestId", Guid.NewGuid().ToString());
        json.WriteEndObject();
    }
}
