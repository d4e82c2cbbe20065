using System.Text.Json.Serialization;

namespace Composable.Hub.Promotions;

internal enum PromotionKind
{
    Percentage,
    FixedAmount,
    FreeDelivery,
}

/// <summary>What a code gives, and how often.</summary>
/// <param name="Percent">For percentages: 1 to 100.</param>
/// <param name="Amounts">For fixed amounts: minor units by currency; a currency that is absent gets nothing.</param>
/// <param name="MinimumItems">Items must be worth this much, in minor units by currency.</param>
/// <param name="MaxUses">Over all customers.</param>
/// <param name="MaxUsesPerCustomer">By e-mail address; null means no limit.</param>
internal sealed record Promotion(
    string Code, PromotionKind Kind, int Percent, IReadOnlyDictionary<string, long> Amounts, IReadOnlyDictionary<string, long> MinimumItems,
    long MaxUses, long? MaxUsesPerCustomer, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt)
{
    public const long Unlimited = 1_000_000_000;

    public bool RunsAt(DateTimeOffset now) => (StartsAt is null || now >= StartsAt) && (EndsAt is null || now < EndsAt);

    /// <summary>Why the code gives nothing for these items, or null when it does.</summary>
    public string? NotApplicable(string currency, long items, DateTimeOffset now)
    {
        if (!RunsAt(now)) return "The code is not valid at this time.";
        if (MinimumItems.TryGetValue(currency, out var minimum) && items < minimum) return "The items are worth too little for this code.";
        return Kind == PromotionKind.FixedAmount && !Amounts.ContainsKey(currency) ? "The code is not valid in this currency." : null;
    }

    /// <summary>What comes off the remaining value of the items. Percentages round half up, in the shopper's favour.</summary>
    public long Discount(string currency, long remaining) => Kind switch
    {
        PromotionKind.Percentage => (long)(((Int128)remaining * Percent + 50) / 100),
        PromotionKind.FixedAmount => Math.Min(remaining, Amounts.GetValueOrDefault(currency)),
        _ => 0,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Promotion))]
internal sealed partial class PromotionJson : JsonSerializerContext;
