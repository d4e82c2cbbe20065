using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Customers;

internal sealed class CustomerOptions
{
    /// <summary>Whether an address must be verified before its owner can sign in. Without it, who registers learns by signing in whether the address was free. Default: true.</summary>
    public bool SignInNeedsVerifiedEmail { get; set; } = true;

    /// <summary>Where letters send people; the proof follows as a fragment, which no server sees.</summary>
    [Url]
    public string StorefrontUrl { get; set; } = "http://localhost:5080";

    /// <summary>How long a link that verifies an address works. Default: 3 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan VerifyLife { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long a link that sets a password or changes the address works. Default: 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ProofLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Addresses of a customer. Default: 50.</summary>
    [Range(1, 1_000)]
    public int MaxAddresses { get; set; } = 50;
}
