using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>Until when a vendor wants to be left alone. It said so with Retry-After on a 429 or 503; nobody asks it before, whichever call it was that heard it.</summary>
internal sealed class Embargo(TimeProvider clock)
{
    /// <summary>A vendor that asks for more is asked again after this, in case the answer was a mistake.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private long until;

    /// <summary>Throws (RateLimited, certainly nothing happened) while the vendor wants to be left alone.</summary>
    public void Respect()
    {
        var left = new DateTimeOffset(Volatile.Read(ref until), TimeSpan.Zero) - clock.GetUtcNow();
        if (left > TimeSpan.Zero) throw new VendorException(VendorFailure.RateLimited, "The vendor asked to be left alone for a while.", left);
    }

    public void Hear(HttpResponseMessage answer)
    {
        if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)) return;
        if (VendorHttp.WaitAskedBy(answer) is not { } asked || asked <= TimeSpan.Zero) return;
        Volatile.Write(ref until, (clock.GetUtcNow() + (asked < Longest ? asked : Longest)).UtcTicks);
    }
}
