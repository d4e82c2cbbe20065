using System.Text.Json;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;

namespace Composable.Hub.Connections;

/// <summary>What was agreed with the vendor.</summary>
/// <param name="AtOnce">Calls under way at the same time, on each hub; 64 when nothing is said.</param>
/// <param name="PerSecond">Calls that begin in a second, on each hub; null for no limit.</param>
/// <param name="PerThousandCalls">What a thousand calls cost.</param>
internal sealed record ConnectionTerms(int? AtOnce = null, int? PerSecond = null, CallPrice? PerThousandCalls = null)
{
    public const int UsuallyAtOnce = 64;

    private static readonly ConnectionTerms Nothing = new();

    public static ConnectionTerms? Read(string? stored) => stored is null ? null : JsonSerializer.Deserialize(stored, TermsJson.Default.ConnectionTerms);

    public string? Write() => this == Nothing ? null : JsonSerializer.Serialize(this, TermsJson.Default.ConnectionTerms);

    public Refusal? Wrong() =>
        AtOnce is < 1 or > 1_000 ? Refusal.Invalid("/terms/atOnce", "out_of_range", "1 to 1000.")
        : PerSecond is < 1 or > 100_000 ? Refusal.Invalid("/terms/perSecond", "out_of_range", "1 to 100000.")
        : PerThousandCalls is { Amount: < 0 or > 1_000_000_000 } ? Refusal.Invalid("/terms/perThousandCalls/amount", "out_of_range", "0 to 1000000000 minor units.")
        : PerThousandCalls is { Currency: var code } && !Currencies.IsKnown(code) ? Refusal.Invalid("/terms/perThousandCalls/currency", "unknown_currency", "An ISO 4217 code.") : null;
}

/// <param name="Amount">Minor units for a thousand calls, which is thousandths of a minor unit for one.</param>
internal sealed record CallPrice(long Amount, string Currency);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConnectionTerms))]
internal sealed partial class TermsJson : JsonSerializerContext;
