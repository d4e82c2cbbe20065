using System.Text.Json.Serialization;

namespace Composable.Sandbox.Adyen;

/// <summary>A payment. Amounts are in Adyen's minor units, times in Unix seconds.</summary>
internal sealed record Payment
{
    /// <summary>The PSP reference.</summary>
    public required string Id { get; init; }

    public required int Sequence { get; init; }

    public required string Reference { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required long Created { get; init; }

    /// <summary><c>redirect</c>, <c>authorised</c>, <c>refused</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Collected as soon as it is authorised.</summary>
    public required bool AtOnce { get; init; }

    public required string ReturnUrl { get; init; }

    public required string Brand { get; init; }

    public required string LastFour { get; init; }

    /// <summary>What the test method is called, so that a kept one behaves as it did.</summary>
    public required string Token { get; init; }

    public long Captured { get; init; }

    public long Refunded { get; init; }

    public string? RefusalReason { get; init; }

    public string? RefusalCode { get; init; }

    public string? ActionUrl { get; init; }

    /// <summary>What the shopper brings back from the page.</summary>
    public string? RedirectResult { get; init; }

    /// <summary>What the shopper said on the page.</summary>
    public bool? Confirmed { get; init; }

    public bool DetailsTaken { get; init; }

    public string? Shopper { get; init; }

    public bool Store { get; init; }

    public string? StoredId { get; init; }

    /// <summary>Who paid is not known any more.</summary>
    public bool Erased { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A capture, refund or cancel.</summary>
/// <param name="Payment">Null when the payment that was named does not exist.</param>
/// <param name="Status"><c>received</c>, <c>succeeded</c>, <c>failed</c>, or <c>reversed</c> when a success did not last.</param>
internal sealed record Modification(string Id, int Sequence, string Kind, string? Payment, string Reference, long Amount, string Currency, string Status)
{
    /// <summary>Asked for by the payment's reference instead of its id.</summary>
    public bool ByReference { get; init; }
}

/// <param name="Removed">A removed method stays in the journal and is not shown.</param>
internal sealed record StoredMethod(string Id, int Sequence, string Shopper, string Token, string Brand, string LastFour, bool Removed = false);

/// <summary>An item of a webhook.</summary>
internal sealed record Notice(
    string PspReference, string? OriginalReference, string MerchantReference, long Amount, string Currency, string Code, bool Success, string Reason, string Brand, DateTimeOffset At)
{
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();

    [JsonIgnore]
    public string Id => $"{PspReference}:{Code}:{(Success ? "true" : "false")}";
}

/// <summary>What was answered to an idempotency key.</summary>
internal sealed record UsedKey(string Key, string Path, string Fingerprint, long At, int Status, string Body);

/// <summary>One effect: the objects as they are after it, its notices, and its answer. The unit that is written to the journal.</summary>
internal sealed record AdyenEntry
{
    public Payment? Payment { get; init; }

    public Modification? Modification { get; init; }

    public StoredMethod? Stored { get; init; }

    public IReadOnlyList<Notice> Notices { get; init; } = [];

    /// <summary>Ids of notices that were taken, or are lost for good.</summary>
    public IReadOnlyList<string> Delivered { get; init; } = [];

    public UsedKey? Key { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdyenEntry))]
internal sealed partial class AdyenJournalJson : JsonSerializerContext;
