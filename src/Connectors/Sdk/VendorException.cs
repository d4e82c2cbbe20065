namespace Composable.Connectors.Sdk;

/// <summary>What went wrong with a vendor call, as far as the next move depends on it. Retry policy reads this and never the vendor.</summary>
public enum VendorFailure
{
    /// <summary>Certainly nothing happened, and the same call may succeed soon.</summary>
    Transient,

    /// <summary>Certainly nothing happened; ask again no earlier than <see cref="VendorException.RetryAfter"/>.</summary>
    RateLimited,

    /// <summary>The connection's settings are wrong (key, account, address). Repeating does not help until staff change them.</summary>
    Misconfigured,

    /// <summary>The vendor understood the request and refuses it. Repeating does not help.</summary>
    Rejected,

    /// <summary>The request left and no usable answer came: it may or may not have taken effect. Repeat with the same key or ask; never assume.</summary>
    OutcomeUnknown,
}

/// <summary>Broken machinery between the hub and a vendor. Business answers (a declined card) are results, not exceptions.</summary>
public sealed class VendorException(VendorFailure failure, string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public VendorFailure Failure { get; } = failure;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
