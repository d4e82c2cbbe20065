using Connectors.Tests.Kit;

namespace Connectors.Tests.Stripe;

public sealed class StripeSettingsTests
{
    [Theory]
    [InlineData("sk_live_Zx81Canary", null, "test")]
    [InlineData("sk_test_Zx81Canary", null, "live")]
    [InlineData("pk_test_Zx81Canary", null, "test")]
    [InlineData("sk_test_Zx81Canary", "pk_live_1", "test")]
    [InlineData("Zx81Canary", null, "test")]
    [InlineData("", null, "test")]
    public void A_key_of_the_other_mode_is_misconfigured_and_not_repeated(string apiKey, string? publishableKey, string environment)
    {
        var failure = Should.Throw<VendorException>(() => Vendors.Connect("stripe", new { apiKey, publishableKey, environment }, new HttpClient()));
        failure.Failure.ShouldBe(VendorFailure.Misconfigured);
        failure.ToString().ShouldNotContain("Zx81Canary");
    }

    [Theory]
    [InlineData("sk_live_1", "live")]
    [InlineData("rk_test_1", "test")]
    public void A_key_of_the_right_mode_connects(string apiKey, string environment) =>
        Vendors.Connect("stripe", new { apiKey, environment }, new HttpClient()).ShouldBeAssignableTo<IPayments>();

    [Fact]
    public void Storefronts_are_told_the_publishable_key_and_no_other()
    {
        var client = (IPayments)Vendors.Connect("stripe", new { apiKey = "sk_test_1", webhookSecret = "whsec_1", publishableKey = "pk_test_1" }, new HttpClient());
        client.PublicData.ShouldBe(new Dictionary<string, string> { ["publishableKey"] = "pk_test_1" });
    }

    [Fact]
    public void The_settings_schema_marks_the_secrets_and_nothing_else()
    {
        var properties = Vendors.Get("stripe").SettingsSchema["properties"]!.AsObject();
        properties.Where(property => property.Value!["writeOnly"]?.GetValue<bool>() == true).Select(property => property.Key).ShouldBe(["apiKey", "webhookSecret"]);
        properties["environment"]!["enum"]!.AsArray().Select(value => value!.GetValue<string>()).ShouldBe(["test", "live"]);
        Vendors.Get("stripe").SettingsSchema["required"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["apiKey"]);
    }
}
