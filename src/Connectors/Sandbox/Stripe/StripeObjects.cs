using System.Text.Json.Serialization;

namespace Composable.Sandbox.Stripe;

/// <summary>A payment and its latest charge. Amounts are in minor units, times in Unix seconds.</summary>
internal sealed record PaymentIntent
{
    public required string Id { get; init; }

    /// <summary>Place in the order of creation; lists go backwards through it.</summary>
    public required int Sequence { get; init; }

    public required string ClientSecret { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required string CaptureMethod { get; init; }

    public required long Created { get; init; }

    public required string Status { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public string? PaymentMethod { get; init; }

    public string? ReturnUrl { get; init; }

    public string? Description { get; init; }

    public string? Customer { get; init; }

    /// <summary><c>on_session</c> or <c>off_session</c>: the method stays with the customer once it has paid.</summary>
    public string? FutureUsage { get; init; }

    public string? ReceiptEmail { get; init; }

    public string? StatementDescriptor { get; init; }

    public long Capturable { get; init; }

    public long Received { get; init; }

    public long Refunded { get; init; }

    public string? ChargeId { get; init; }

    public StripeError? LastError { get; init; }

    public string? ActionUrl { get; init; }

    public long? CanceledAt { get; init; }

    public string? CancellationReason { get; init; }

    public string? DisputeId { get; init; }

    /// <summary>What a capture of less, or a cancellation, gave back of an authorized charge.</summary>
    public long Released() => ChargeId is not null && LastError is null && (Received > 0 || CanceledAt is not null) ? Amount - Received : 0;
}

internal sealed record Refund
{
    public required string Id { get; init; }

    public required int Sequence { get; init; }

    public required string Intent { get; init; }

    public required string Charge { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required long Created { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

internal sealed record Dispute
{
    public required string Id { get; init; }

    public required int Sequence { get; init; }

    public required string Intent { get; init; }

    public required string Charge { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required long Created { get; init; }

    public required string Status { get; init; }

    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <param name="Removed">A deleted customer stays in the journal, without what was known of them, and is not shown.</param>
internal sealed record Customer(string Id, int Sequence, string? Email, long Created, IReadOnlyDictionary<string, string> Metadata, bool Removed = false);

/// <summary>A method that a customer let Stripe keep.</summary>
/// <param name="Card">The test method that it behaves as.</param>
/// <param name="Customer">Null once it is detached; then nobody can pay with it.</param>
internal sealed record KeptMethod(string Id, int Sequence, string Card, string? Customer, long Created);

/// <param name="Removed">A removed endpoint stays in the journal and is not shown.</param>
internal sealed record WebhookEndpoint(
    string Id, int Sequence, string Url, string Secret, IReadOnlyList<string> Events, string? Description, string? ApiVersion, long Created, bool Removed = false);

/// <summary>Stripe's error members.</summary>
internal sealed record StripeError(string Type, string Message, string? Code = null, string? DeclineCode = null, string? Param = null);

/// <summary>A notice; its object is the one of the entry it was written with.</summary>
internal sealed record StripeEvent(string Id, string Type, long Created, string? RequestId, string? IdempotencyKey);

/// <summary>What was answered to an idempotency key. <paramref name="Fingerprint"/> covers the parameters.</summary>
internal sealed record UsedKey(string Key, string Path, string Fingerprint, long At);

/// <param name="Shows">Which of the entry's objects the answer's body is.</param>
internal sealed record Answer(int Status, Shown Shows, StripeError? Error = null);

[JsonConverter(typeof(JsonStringEnumConverter<Shown>))]
internal enum Shown
{
    Intent,
    Refund,
    Dispute,
    Customer,
    RemovedCustomer,
    Method,
    Endpoint,
    Removal,
    Error,
}

/// <summary>One effect: the objects as they are after it, its notices, and its answer. The unit that is written to the journal.</summary>
internal sealed record StripeEntry
{
    /// <summary>Place in the order of commits.</summary>
    public long Number { get; init; }

    public PaymentIntent? Intent { get; init; }

    public Refund? Refund { get; init; }

    public Dispute? Dispute { get; init; }

    public Customer? Customer { get; init; }

    public KeptMethod? Method { get; init; }

    public WebhookEndpoint? Endpoint { get; init; }

    public IReadOnlyList<StripeEvent> Events { get; init; } = [];

    public UsedKey? Key { get; init; }

    public Answer Answer { get; init; } = new(200, Shown.Intent);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StripeEntry))]
internal sealed partial class StripeJournalJson : JsonSerializerContext;
