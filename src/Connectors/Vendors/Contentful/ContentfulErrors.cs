using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

/// <summary>
/// Contentful's statuses: 400 a query it cannot run (a content type, field or locale that the space does not have), 404 no such resource, space or environment.
/// Its error id is passed on when it is one word; its message may repeat the query.
/// </summary>
internal static class ContentfulErrors
{
    public static bool IsNotFound(VendorAnswer answer) => answer.Status is HttpStatusCode.NotFound && IdIn(answer) == "NotFound";

    public static VendorException Failure(VendorAnswer answer) => IdIn(answer) switch
    {
        null => answer.Unusable("it carries no Contentful error"),
        "NotFound" => answer.Failed(VendorFailure.Misconfigured, "there is no such space, environment or resource"),
        var id => answer.Failed(VendorFailure.Rejected, $"the query was refused ({id})"),
    };

    private static string? IdIn(VendorAnswer answer) =>
        answer.TryRead(ContentfulJson.Default.ContentfulErrorAnswer) is { Sys: { Type: "Error", Id: { Length: > 0 and <= 40 } id } } && id.All(char.IsAsciiLetter) ? id : null;
}
