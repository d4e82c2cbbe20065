using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Customers.Passkeys;

internal sealed class PasskeyOptions
{
    /// <summary>The domain that passkeys belong to; they work on it and below it. Default: the host of <c>Customers:StorefrontUrl</c>. Whoever changes it loses all passkeys.</summary>
    public string? RelyingParty { get; set; }

    /// <summary>Where passkeys are made and shown: origins, or <c>http://localhost:*</c> for development. Default: the origin of <c>Customers:StorefrontUrl</c>.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>Passkeys of a customer. Default: 20.</summary>
    [Range(1, 100)]
    public int Most { get; set; } = 20;
}
