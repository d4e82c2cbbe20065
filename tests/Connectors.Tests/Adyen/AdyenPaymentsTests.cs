using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

public sealed class AdyenPaymentsTests : PaymentsContract, IClassFixture<VendorSandbox>
{
    private const string ApiKey = "AQEyhmfxK4LHaR1Ew0m_canary";

    private readonly VendorSandbox _sandbox;

    public AdyenPaymentsTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        var settings = new { apiKey = ApiKey, merchantAccount = VendorSandbox.MerchantAccount, hmacKey = VendorSandbox.HmacKey, baseUrl = $"{sandbox.Address}/adyen/v72/", dataProtectionUrl = $"{sandbox.Address}/adyen/data-protection/v1" };
        Payments = (IPayments)Vendors.Connect("adyen", settings, new HttpClient(Line, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(5) });
    }

    protected override IPayments Payments { get; }

    protected override string Pays => "test_visa";

    protected override string Declines => "test_refused";

    protected override string LacksFunds => "test_not_enough_balance";

    protected override string AsksShopper => "test_3ds_redirect";

    protected override bool TransfersEndByNotice => true;

    protected override IReadOnlyList<string> Secrets => [ApiKey, VendorSandbox.HmacKey];

    protected override Task<IReadOnlyList<LedgerCharge>> ChargesAsync(string reference) => _sandbox.ChargesAsync("adyen", reference);

    protected override Task BreakNextAuthorizationAsync(string fault, object? value) => _sandbox.BreakNextAsync("adyen", "authorize", fault, value);

    protected override Task<WebhookReading.Verified> NoticeAsync(Predicate<WebhookReading.Verified> wanted) => _sandbox.Notices.FirstAsync((IWebhooks)Payments, wanted);

    protected override Task<IReadOnlyDictionary<string, string>> ShopperAnswersAsync(Uri page, bool confirms) => VendorSandbox.AnswerPageAsync(page, confirms);
}
