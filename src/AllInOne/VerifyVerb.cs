using System.Text.Json;
using Composable.Hub.Storage;
using Composable.Hub.Verification;
using Composable.Sandbox;

namespace Composable.AllInOne;

/// <summary>Prints one line per invariant; exit code 1 when one is violated.</summary>
internal static class VerifyVerb
{
    private const int Shown = 5;

    /// <summary>The simulated payment providers, which the demo's connections are named after.</summary>
    private static readonly string[] Providers = ["stripe", "adyen"];

    private sealed record LedgerAnswer(IReadOnlyList<VendorCharge> Charges, long Requests);

    public static async Task<int> RunAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        if (options.Db is null && !File.Exists(Path.Combine(options.Data, "hub.db")))
        {
            await Console.Error.WriteLineAsync($"There is no shop in {options.Data}.");
            return 2;
        }

        await using var database = StorageSetup.Open(options.Connection);
        var findings = await Verifier.RunAsync(database, cancel => BooksAsync(options, cancel), TimeProvider.System, cancellationToken);
        foreach (var finding in findings) Print(finding);
        return findings.Any(finding => finding.Violations.Count > 0) ? 1 : 0;
    }

    private static void Print(Finding finding)
    {
        var verdict = !finding.Applies ? "n/a" : finding.Violations.Count == 0 ? "ok" : "VIOLATED";
        Console.WriteLine($"{finding.Id,-4}{verdict,-9}{(finding.Applies ? $"{finding.Checked} checked" : ""),-16}{finding.Title}");
        foreach (var violation in finding.Violations.Take(Shown)) Console.WriteLine($"      {violation}");
        if (finding.Violations.Count > Shown) Console.WriteLine($"      … {finding.Violations.Count} in all");
    }

    /// <summary>From the running sandbox, or from its journals when none runs.</summary>
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<VendorCharge>>> BooksAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        try
        {
            return await ReadAsync(client, options.SandboxUrl, cancellationToken);
        }
        catch (HttpRequestException)
        {
            await using var sandbox = SandboxApp.Create(new SandboxOptions { DataDirectory = Path.Combine(options.Data, "sandbox"), Port = 0 });
            await sandbox.StartAsync(cancellationToken);
            var books = await ReadAsync(client, sandbox.Urls.First(), cancellationToken);
            await sandbox.StopAsync(cancellationToken);
            return books;
        }
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<VendorCharge>>> ReadAsync(HttpClient client, string sandbox, CancellationToken cancellationToken)
    {
        var books = new Dictionary<string, IReadOnlyList<VendorCharge>>();
        foreach (var provider in Providers)
        {
            await using var stream = await client.GetStreamAsync(new Uri(new Uri(sandbox), $"/_ledger/{provider}"), cancellationToken);
            books[provider] = (await JsonSerializer.DeserializeAsync<LedgerAnswer>(stream, JsonSerializerOptions.Web, cancellationToken))!.Charges;
        }

        return books;
    }
}
