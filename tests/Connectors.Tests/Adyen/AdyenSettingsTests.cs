using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

public sealed class AdyenSettingsTests
{
    private const string Live = "https://1797a841fbb37ca7-Shop-checkout-live.adyenpayments.com/checkout/v72";

    [Theory]
    [InlineData("live_1", "test", "http://localhost:5090/adyen/v72")]
    [InlineData("test_1", "live", Live)]
    [InlineData(null, "live", "https://checkout-test.adyen.com/v72")]
    [InlineData(null, "test", Live)]
    public void What_belongs_to_the_other_environment_is_misconfigured(string? clientKey, string environment, string baseUrl) =>
        Misconfigured(new { apiKey = "Zx81Canary", merchantAccount = "Shop", clientKey, environment, baseUrl });

    [Theory]
    [InlineData("Zx81Canary")]
    [InlineData("ABC")]
    public void A_key_for_notices_that_is_not_hexadecimal_is_misconfigured_and_not_repeated(string hmacKey) =>
        Misconfigured(new { apiKey = "Zx81Canary", merchantAccount = "Shop", hmacKey = "00", otherHmacKey = hmacKey });

    [Fact]
    public void A_webhook_user_needs_a_password() => Misconfigured(new { apiKey = "Zx81Canary", merchantAccount = "Shop", webhookUser = "adyen" });

    [Fact]
    public void A_merchant_account_is_needed() => Misconfigured(new { apiKey = "Zx81Canary" });

    [Theory]
    [InlineData("live_1", "live", Live)]
    [InlineData("test_1", "test", "https://checkout-test.adyen.com/v72")]
    public void What_belongs_together_connects(string clientKey, string environment, string baseUrl) =>
        Vendors.Connect("adyen", new { apiKey = "key", merchantAccount = "Shop", clientKey, environment, baseUrl }, new HttpClient()).ShouldBeAssignableTo<IPayments>();

    [Fact]
    public void Storefronts_are_told_the_client_key_and_no_other()
    {
        var client = (IPayments)Vendors.Connect("adyen", new { apiKey = "key", merchantAccount = "Shop", hmacKey = "00", clientKey = "test_1" }, new HttpClient());
        client.PublicData.ShouldBe(new Dictionary<string, string> { ["clientKey"] = "test_1", ["environment"] = "test" });
    }

    [Fact]
    public void The_settings_schema_marks_the_secrets_and_nothing_else()
    {
        var schema = Vendors.Get("adyen").SettingsSchema;
        schema["properties"]!.AsObject().Where(property => property.Value!["writeOnly"]?.GetValue<bool>() == true).Select(property => property.Key)
            .ShouldBe(["apiKey", "hmacKey", "otherHmacKey", "webhookUser", "webhookPassword"]);
        schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["apiKey", "merchantAccount"]);
    }

    private static void Misconfigured(object settings)
    {
        var failure = Should.Throw<VendorException>(() => Vendors.Connect("adyen", settings, new HttpClient()));
        failure.Failure.ShouldBe(VendorFailure.Misconfigured);
        failure.ToString().ShouldNotContain("Zx81Canary");
    }
}
