using Connectors.Tests.Kit;

namespace Connectors.Tests.Stripe;

public sealed class StripePaymentsTests : PaymentsContract, IClassFixture<VendorSandbox>
{
    private const string ApiKey = "sk_test_4eC39HqLyjWDarjtT1zdp7dc";

    private readonly VendorSandbox _sandbox;

    public StripePaymentsTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        var settings = new { apiKey = ApiKey, webhookSecret = VendorSandbox.WebhookSecret, baseUrl = $"{sandbox.Address}/stripe/" };
        Payments = (IPayments)Vendors.Connect("stripe", settings, new HttpClient(Line, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(5) });
    }

    protected override IPayments Payments { get; }

    protected override string Pays => "pm_card_visa";

    protected override string Declines => "pm_card_visa_chargeDeclined";

    protected override string LacksFunds => "pm_card_chargeDeclinedInsufficientFunds";

    protected override string AsksShopper => "pm_card_authenticationRequired";

    protected override IReadOnlyList<string> Secrets => [ApiKey, VendorSandbox.WebhookSecret];

    protected override Task<IReadOnlyList<LedgerCharge>> ChargesAsync(string reference) => _sandbox.ChargesAsync("stripe", reference);

    protected override Task BreakNextAuthorizationAsync(string fault, object? value) => _sandbox.BreakNextAsync("stripe", "authorize", fault, value);

    protected override Task<WebhookReading.Verified> NoticeAsync(Predicate<WebhookReading.Verified> wanted) => _sandbox.Notices.FirstAsync((IWebhooks)Payments, wanted);

    protected override Task<IReadOnlyDictionary<string, string>> ShopperAnswersAsync(Uri page, bool confirms) => VendorSandbox.AnswerPageAsync(page, confirms);
}
