using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors;
using Connectors.Tests.Kit;

namespace Connectors.Tests;

public sealed class VendorListTests
{
    public static TheoryData<string> Ids => [.. Vendors.Ids];

    [Fact]
    public void The_list_is_all_that_the_hub_can_name() => typeof(VendorConnectors).Assembly.GetExportedTypes().ShouldBe([typeof(VendorConnectors)]);

    [Fact]
    public void Every_vendor_has_an_id_of_its_own() => Vendors.Ids.ShouldBe(
        ["adyen", "cloudflare", "contentful", "embedded-content", "in-process-edge", "manual", "remote-content", "remote-edge", "remote-payments", "remote-search", "remote-tax", "stripe", "tax-tables", "taxjar", "typesense"], ignoreOrder: true);

    [Theory, MemberData(nameof(Ids))]
    public void Every_vendor_offers_a_port(string id) => Vendors.Get(id).Ports.ShouldNotBeEmpty();

    [Theory, MemberData(nameof(Ids))]
    public void Every_setting_has_a_title_for_the_form(string id)
    {
        foreach (var (name, setting) in (JsonObject)Vendors.Get(id).SettingsSchema["properties"]!) setting!["title"]?.GetValue<string>().ShouldNotBeNullOrWhiteSpace(name);
    }

    [Theory]
    [InlineData("adyen")]
    [InlineData("cloudflare")]
    [InlineData("contentful")]
    [InlineData("embedded-content")]
    [InlineData("stripe")]
    [InlineData("taxjar")]
    [InlineData("tax-tables")]
    [InlineData("typesense")]
    [InlineData("remote-payments")]
    [InlineData("remote-tax")]
    [InlineData("remote-search")]
    [InlineData("remote-content")]
    [InlineData("remote-edge")]
    public void Missing_unknown_and_wrong_settings_are_misconfigured(string id)
    {
        foreach (var settings in new[] { "{}", "null", "[]", "1", """{"apiKey":1}""", """{"apiKey":"sk_test_1","apiKeyy":"x"}""", """{"apiKey":null}""" })
            Should.Throw<VendorException>(() => Vendors.Get(id).Connect(JsonDocument.Parse(settings).RootElement, new HttpClient()), settings)
                .Failure.ShouldBe(VendorFailure.Misconfigured);
    }
}
