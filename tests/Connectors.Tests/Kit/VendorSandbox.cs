using System.Net.Http.Json;
using System.Text.Json;
using Composable.Sandbox;
using Microsoft.AspNetCore.Builder;

namespace Connectors.Tests.Kit;

/// <summary>The simulated vendors on a free port, with their books in a folder that goes away.</summary>
public sealed class VendorSandbox : IAsyncLifetime
{
    private static readonly HttpClient Direct = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private readonly string _folder = Directory.CreateTempSubdirectory("composable-sandbox-").FullName;
    private WebApplication? _app;

    public const string WebhookSecret = "whsec_of_the_sandbox";
    public const string HmacKey = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";
    public const string MerchantAccount = "ShopOfTests";

    public NoticeBox Notices { get; } = new();

    public ShiftingClock Clock { get; } = new();

    public string Address => _app!.Urls.First();

    public async Task InitializeAsync()
    {
        await Notices.StartAsync();
        await StartAsync();
    }

    /// <summary>The vendors go away and come back with the books they had written.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    private async Task StartAsync()
    {
        _app = SandboxApp.Create(new SandboxOptions
        {
            DataDirectory = _folder,
            Port = 0,
            StripeWebhookUrl = Notices.Address,
            StripeWebhookSecret = WebhookSecret,
            AdyenWebhookUrl = Notices.Address,
            AdyenHmacKey = HmacKey,
            AdyenMerchantAccount = MerchantAccount,
            TimeProvider = Clock,
        });
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await Notices.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StopAsync()
    {
        if (_app is null) return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public Task<JsonElement> LedgerAsync(string vendor) => Direct.GetFromJsonAsync<JsonElement>($"{Address}/_ledger/{vendor}");

    /// <summary>What the vendor's own books say was charged under a reference.</summary>
    public async Task<IReadOnlyList<LedgerCharge>> ChargesAsync(string vendor, string reference)
    {
        var charges = (await LedgerAsync(vendor)).GetProperty("charges").Deserialize<IReadOnlyList<LedgerCharge>>(JsonSerializerOptions.Web)!;
        return [.. charges.Where(charge => charge.Reference == reference)];
    }

    /// <summary>Spoils the answer to the next request of an operation.</summary>
    public async Task BreakNextAsync(string vendor, string operation, string fault, object? value)
    {
        using var answer = await Direct.PostAsJsonAsync($"{Address}/_faults", new Dictionary<string, object?>
        {
            ["vendor"] = vendor,
            ["operation"] = operation,
            ["fault"] = fault,
            ["value"] = value,
            ["times"] = 1,
        });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Steers the sandbox.</summary>
    public async Task<JsonElement> TellAsync(string path, object body)
    {
        using var answer = await Direct.PostAsJsonAsync($"{Address}{path}", body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The shopper's click on a confirmation page, and what the address it leads back to carries.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> AnswerPageAsync(Uri page, bool confirms)
    {
        using var answer = await PostAsync(page, ("outcome", confirms ? "succeed" : "fail"));
        var query = answer.Headers.Location.ShouldNotBeNull().Query.TrimStart('?');
        return query.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
    }

    /// <summary>Makes a vendor do something of its own accord, as its editors and staff do.</summary>
    public async Task ControlAsync(string path, object body)
    {
        using var answer = await Direct.PostAsJsonAsync(Address + path, body);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<HttpResponseMessage> PostAsync(Uri page, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Direct.PostAsync(page, content);
    }
}

public sealed record LedgerCharge(string Id, string? Reference, long Amount, long Captured, long Refunded, string Currency, string Status);
