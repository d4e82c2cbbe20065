using System.Text.Json;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Payments;

/// <summary>What a signed notice said became of an attempt, kept for providers that cannot be asked. The first word counts: an attempt is one payment.</summary>
internal sealed record Told(string Kind, string VendorId, Money Amount, string? Code)
{
    public static async Task<PaymentOutcome?> ReadAsync(Database database, string attempt, CancellationToken cancellationToken) =>
        await database.FirstAsync<string>($"SELECT told FROM payments WHERE id = {attempt}", cancellationToken) is { } text
            ? JsonSerializer.Deserialize(text, ToldJson.Default.Told)!.Outcome
            : null;

    public static Task KeepAsync(Database database, string attempt, PaymentOutcome outcome, CancellationToken cancellationToken)
    {
        Told? told = outcome switch
        {
            PaymentOutcome.Authorized yes => new("authorized", yes.VendorId, yes.Amount, null),
            PaymentOutcome.Captured yes => new("captured", yes.VendorId, yes.Amount, null),
            PaymentOutcome.Declined no => new("declined", no.VendorId ?? "", default, no.Code),
            _ => null,
        };
        return told is null ? Task.CompletedTask : database.CommitAsync(
            new Commit().Add($"UPDATE payments SET told = {JsonSerializer.Serialize(told, ToldJson.Default.Told)} WHERE id = {attempt} AND told IS NULL"), cancellationToken);
    }

    private PaymentOutcome Outcome => Kind switch
    {
        "authorized" => new PaymentOutcome.Authorized(VendorId, Amount),
        "captured" => new PaymentOutcome.Captured(VendorId, Amount),
        _ => new PaymentOutcome.Declined(VendorId, Code!),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Told))]
internal sealed partial class ToldJson : JsonSerializerContext;
