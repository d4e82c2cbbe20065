using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>
/// Typesense's statuses: 400 and 422 a wrong request, 404 no such collection or alias, 409 exists already, 503 not ready or lagging.
/// Its error body is a sentence that may repeat the shopper's words, so the status is all that is passed on.
/// </summary>
internal static class TypesenseErrors
{
    public static bool Is(VendorAnswer answer, HttpStatusCode status) => answer.Status == status && IsOwn(answer);

    public static VendorException Failure(VendorAnswer answer) =>
        !IsOwn(answer) ? answer.Unusable("it carries no Typesense error")
        : answer.Status is HttpStatusCode.NotFound ? answer.Failed(VendorFailure.Misconfigured, "there is no such index or generation")
        : answer.Failed(VendorFailure.Rejected, "the request was refused");

    /// <summary>The kind of failure of one search among several.</summary>
    public static VendorException Failure(VendorAnswer answer, int code) => answer.Failed(
        code switch
        {
            401 or 403 or 404 => VendorFailure.Misconfigured,
            429 => VendorFailure.RateLimited,
            408 or >= 500 => VendorFailure.Transient,
            _ => VendorFailure.Rejected,
        },
        $"a search failed with {code}");

    /// <summary>Why a line of an import was refused.</summary>
    public static RefusedWrite Refused(string id, int? code) => code switch
    {
        413 => new RefusedWrite(id, Permanent: true, "too_large"),
        >= 400 and < 500 and not (401 or 403 or 408 or 429) => new RefusedWrite(id, Permanent: true, "invalid"),
        _ => new RefusedWrite(id, Permanent: false, "not_now"),
    };

    private static bool IsOwn(VendorAnswer answer) => answer.TryRead(TypesenseJson.Default.TypesenseError) is not null;
}
