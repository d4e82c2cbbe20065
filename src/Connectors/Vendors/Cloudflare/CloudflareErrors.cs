using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Cloudflare;

/// <summary>Cloudflare's error codes and what each means to the hub. Its messages may repeat what was sent, so only the code is passed on.</summary>
internal static class CloudflareErrors
{
    private const int KeyNotFound = 10009;

    public static void Require(VendorAnswer answer)
    {
        if (!answer.IsSuccess) throw Failure(answer);
        var envelope = answer.Read(CloudflareJson.Default.CloudflareAnswer);
        if (envelope.Success is not true) throw envelope.Errors is { Count: > 0 } ? Failure(answer) : answer.Unusable("it neither succeeded nor failed");
    }

    /// <summary>Whether Cloudflare itself says that there is no value. A stranger's 404 is something else.</summary>
    public static bool IsNoSuchKey(VendorAnswer answer) => answer.Status is HttpStatusCode.NotFound && CodeOf(answer) == KeyNotFound;

    public static VendorException Failure(VendorAnswer answer) => CodeOf(answer) switch
    {
        null => answer.Unusable("it carries no Cloudflare error"),
        // Somebody else changed the same thing at the same moment: this change did not happen, and may the next time.
        { } code when answer.Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => answer.Failed(VendorFailure.Transient, $"error {code}, another change came first"),
        // Authentication, and headers that are no token.
        (10000 or 9109 or 6003 or 6111) and var code => answer.Failed(VendorFailure.Misconfigured, $"error {code}, the token does not serve"),
        // No such account or zone; no such namespace.
        (7000 or 7003 or 10013) and var code => answer.Failed(VendorFailure.Misconfigured, $"error {code}, an id in the settings is not known"),
        (971 or 10429) and var code => answer.Failed(VendorFailure.RateLimited, $"error {code}"),
        { } code => answer.Failed(VendorFailure.Rejected, $"error {code}"),
    };

    private static int? CodeOf(VendorAnswer answer) => answer.TryRead(CloudflareJson.Default.CloudflareAnswer)?.Errors is [{ Code: var code }, ..] ? code : null;
}
