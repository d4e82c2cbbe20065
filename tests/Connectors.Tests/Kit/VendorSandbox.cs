using System.Net.Http.Json;
using Composable.Sandbox;
using Microsoft.AspNetCore.Builder;

namespace Connectors.Tests.Kit;

/// <summary>The simulated vendors on a free port, with their books in a folder that goes away.</summary>
public sealed class VendorSandbox : IAsyncLifetime
{
    private static readonly HttpClient Direct = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly string _folder = Directory.CreateTempSubdirectory("composable-sandbox-").FullName;
    private WebApplication? _app;

    public string Address => _app!.Urls.First();

    public async Task InitializeAsync()
    {
        _app = SandboxApp.Create(new SandboxOptions { DataDirectory = _folder, Port = 0 });
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What the vendor's own books say was charged under a reference.</summary>
    public async Task<IReadOnlyList<LedgerCharge>> ChargesAsync(string vendor, string reference)
    {
        var ledger = await Direct.GetFromJsonAsync<Ledger>($"{Address}/_ledger/{vendor}");
        return [.. ledger!.Charges.Where(charge => charge.Reference == reference)];
    }

    public static async Task<HttpResponseMessage> PostAsync(Uri page, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Direct.PostAsync(page, content);
    }

    private sealed record Ledger(IReadOnlyList<LedgerCharge> Charges);
}

public sealed record LedgerCharge(string Id, string? Reference, long Amount, long Captured, long Refunded, string Currency, string Status);
