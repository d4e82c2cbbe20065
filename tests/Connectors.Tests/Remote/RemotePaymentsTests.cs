using Composable.Connectors.Remote;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>The payment kit through the protocol: behind it stands the Stripe connector with its simulated twin.</summary>
public sealed class RemotePaymentsTests : PaymentsContract, IClassFixture<VendorSandbox>, IAsyncLifetime
{
    private const string Secret = "a secret that two share 0123456789", ApiKey = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";

    private static readonly string[] Headers = ["Stripe-Signature"];

    private readonly VendorSandbox _sandbox;
    private readonly HttpClient _inner = new() { Timeout = TimeSpan.FromSeconds(5) };
    private RemoteHost _host = null!;
    private IPayments _payments = null!;

    public RemotePaymentsTests(VendorSandbox sandbox) => _sandbox = sandbox;

    protected override IPayments Payments => _payments;

    protected override string Pays => "pm_card_visa";

    protected override string Declines => "pm_card_visa_chargeDeclined";

    protected override string LacksFunds => "pm_card_chargeDeclinedInsufficientFunds";

    protected override string AsksShopper => "pm_card_authenticationRequired";

    protected override IReadOnlyList<string> Secrets => [Secret, ApiKey, VendorSandbox.WebhookSecret];

    public async Task InitializeAsync()
    {
        var stripe = Vendors.Connect("stripe", new { apiKey = ApiKey, webhookSecret = VendorSandbox.WebhookSecret, baseUrl = $"{_sandbox.Address}/stripe" }, _inner);
        _host = await RemoteHost.StartAsync(stripe, Secret, new RemoteManifest("acme", "Acme", ["payments", "webhooks"]));
        _payments = (IPayments)Vendors.Connect(
            "remote-payments", new { baseUrl = _host.Address, secret = Secret, webhookHeaders = Headers }, new HttpClient(Line, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(20) });
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _inner.Dispose();
    }

    protected override Task<IReadOnlyList<LedgerCharge>> ChargesAsync(string reference) => _sandbox.ChargesAsync("stripe", reference);

    protected override Task BreakNextAuthorizationAsync(string fault, object? value) => _sandbox.BreakNextAsync("stripe", "authorize", fault, value);

    protected override Task<WebhookReading.Verified> NoticeAsync(Predicate<WebhookReading.Verified> wanted) => _sandbox.Notices.FirstAsync((IWebhooks)Payments, wanted);

    protected override Task<IReadOnlyDictionary<string, string>> ShopperAnswersAsync(Uri page, bool confirms) => VendorSandbox.AnswerPageAsync(page, confirms);
}
