using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxJar;

/// <summary>
/// TaxJar's statuses: 400 a wrong value, 404 no such transaction, 406 a missing field, 422 a transaction that exists already (or, on PUT, does not).
/// Its error body is only a sentence, and that may repeat the shopper's address, so the status is all that is passed on.
/// </summary>
internal static class TaxJarErrors
{
    public static bool Is(VendorAnswer answer, HttpStatusCode status) => answer.Status == status && IsOwn(answer);

    public static VendorException Failure(VendorAnswer answer) =>
        IsOwn(answer) ? answer.Failed(VendorFailure.Rejected, "the request was refused") : answer.Unusable("it carries no TaxJar error");

    private static bool IsOwn(VendorAnswer answer) => answer.TryRead(TaxJarJson.Default.TaxJarErrorAnswer) is not null;
}
