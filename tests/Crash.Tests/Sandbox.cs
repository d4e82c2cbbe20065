using System.Net;
using System.Net.Http.Json;

namespace Crash.Tests;

/// <summary>What the simulated vendor knows, independently of the hub.</summary>
/// <param name="Reference">Our attempt id.</param>
internal sealed record Charge(string Id, string? Reference, long Amount, long Captured, long Refunded, string Currency, string Status)
{
    /// <summary>Money of the shopper that is blocked or taken.</summary>
    public long Held => Status is "authorized" ? Amount : Captured - Refunded;
}

internal sealed record VendorLedger(IReadOnlyList<Charge> Charges);

internal sealed class Sandbox(HttpClient http)
{
    public async Task<IReadOnlyList<Charge>> ChargesAsync(CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<VendorLedger>("/_ledger/stripe", cancellationToken))!.Charges;

    /// <summary>One of the ways in which a payment vendor fails; a few calls long.</summary>
    public async Task MisbehaveAsync(Random random, CancellationToken cancellationToken)
    {
        object fault = random.Next(3) switch
        {
            0 => new { vendor = "stripe", operation = "*", fault = "drop_answer", times = 2 },
            1 => new { vendor = "stripe", operation = "*", fault = "slow", value = 1500, times = 3 },
            _ => new { vendor = "stripe", operation = "*", fault = "status", value = (int)HttpStatusCode.TooManyRequests, times = 3 },
        };
        using var answer = await http.PostAsJsonAsync("/_faults", fault, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task BehaveAsync(CancellationToken cancellationToken)
    {
        using var answer = await http.DeleteAsync(new Uri("/_faults", UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
