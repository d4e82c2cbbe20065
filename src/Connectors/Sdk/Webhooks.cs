namespace Composable.Connectors.Sdk;

/// <summary>Reads a vendor's signed notices. Pure: headers and raw bytes in, verified events out.</summary>
public interface IWebhooks : IPort
{
    WebhookReading Read(WebhookRequest request);

    /// <summary>The same, for readers that must ask somebody. Throws <see cref="VendorException"/> when they get no answer; the notice may be sent again.</summary>
    ValueTask<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(Read(request));
}

/// <param name="Header">Looks a header up; null when it is absent.</param>
/// <param name="Body">The bytes as received; signatures are checked on them.</param>
public sealed record WebhookRequest(Func<string, string?> Header, ReadOnlyMemory<byte> Body, DateTimeOffset Now)
{
    /// <summary>The hub's own copy of bytes that were verified when they came: signature and secrets are not looked at again, which may have been rotated since.</summary>
    public bool WasVerified { get; init; }
    /// <summary>Path and query as they were received, for vendors that sign the address too.</summary>
    public string Path { get; init; } = "";
}

public abstract record WebhookReading
{
    private WebhookReading() { }

    /// <param name="EventId">The vendor's id of the event; the same id twice is one event.</param>
    public sealed record Verified(string EventId, string Type, VendorNotice Notice) : WebhookReading;

    /// <summary>One request that carries several events, each verified.</summary>
    public sealed record Batch(IReadOnlyList<Verified> Events) : WebhookReading;

    /// <summary>Unsigned, wrongly signed, too old or unreadable. Nothing may come of it.</summary>
    public sealed record Refused(string Reason) : WebhookReading;
}

/// <summary>What a notice claims. It is a hint: the hub compares it with its own records and asks the vendor before acting.</summary>
public abstract record VendorNotice
{
    private VendorNotice() { }

    /// <param name="Reference">Our attempt id as the vendor stored it. Null when the notice does not repeat it, as those about a single refund.</param>
    /// <param name="Amount">The payment's amount according to the vendor; where <paramref name="Reference"/> is null, possibly only that of the refund.</param>
    public sealed record PaymentChanged(string VendorId, string? Reference, Money Amount) : VendorNotice
    {
        /// <summary>What became of the payment, from vendors that sign it and cannot be asked; null where the vendor is to be asked.</summary>
        public PaymentOutcome? Outcome { get; init; }
    }

    /// <summary>How a capture, refund or void ended that the vendor had only accepted.</summary>
    /// <param name="TransferId">The vendor's id of the transfer, as <see cref="TransferOutcome.Pending"/> gave it.</param>
    /// <param name="Reference">Our id of the transfer, where the vendor repeats it.</param>
    /// <param name="VendorId">The vendor's id of the payment.</param>
    public sealed record TransferChanged(TransferKind Kind, string TransferId, string? Reference, string VendorId, bool Succeeded, Money Amount) : VendorNotice;

    public sealed record DisputeOpened(string DisputeId, string VendorId, Money Amount, string Reason) : VendorNotice;

    public sealed record DisputeClosed(string DisputeId, string VendorId, bool Won) : VendorNotice;

    /// <summary>Editors published, took back or deleted something.</summary>
    /// <param name="Tags">Ids as in <see cref="ContentPage.Tags"/>; empty when the vendor does not say what it was.</param>
    public sealed record ContentChanged(IReadOnlyList<string> Tags) : VendorNotice;

    /// <summary>Genuine, and of no interest to the hub.</summary>
    public sealed record Other : VendorNotice;
}

public enum TransferKind
{
    Capture,
    Refund,
    Void,
}
