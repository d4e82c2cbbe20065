using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

public sealed class AdyenWebhookTests : WebhooksContract
{
    protected override string GenuineBody => AdyenItems.Body(AdyenItems.Item("CAPTURE", of: "ORIG7"));

    protected override string? GenuineId => "PSP1:CAPTURE:true";

    protected override bool SignsTime => false;

    // What is not here (the date, the reason, further data) Adyen does not sign. The signature itself has its own test below.
    protected override IReadOnlyList<string> SignedValues => ["PSP1", "ORIG7", "ShopOfTests", "att_1", "1130", "EUR", "\"CAPTURE\"", "\"true\""];

    [Theory, MemberData(nameof(AdyenItems.Notices), MemberType = typeof(AdyenItems))]
    public void Notices_say_what_became_of_which_payment_or_transfer(string item, VendorNotice notice)
    {
        var read = Read(AdyenItems.Body(item)).ShouldBeOfType<WebhookReading.Verified>();
        read.Notice.ShouldBe(notice);
        var node = JsonNode.Parse(item)!;
        read.EventId.ShouldBe($"PSP1:{node["eventCode"]}:{node["success"]}");
    }

    [Fact]
    public void Several_items_are_read_in_their_order()
    {
        var read = Read(AdyenItems.Body(AdyenItems.Item("AUTHORISATION"), AdyenItems.Item("CAPTURE", of: "PAY1"), AdyenItems.Item("CAPTURE_FAILED", of: "PAY1"))).ShouldBeOfType<WebhookReading.Batch>();
        read.Events.Select(each => each.EventId).ShouldBe(["PSP1:AUTHORISATION:true", "PSP1:CAPTURE:true", "PSP1:CAPTURE_FAILED:true"]);
    }

    [Fact]
    public void One_item_that_is_not_genuine_spoils_all()
    {
        for (var spoiled = 0; spoiled < 3; spoiled++)
        {
            var body = JsonNode.Parse(Seal(AdyenItems.Body(AdyenItems.Item("AUTHORISATION"), AdyenItems.Item("CAPTURE", of: "PAY1"), AdyenItems.Item("REFUND", of: "PAY1")), "whsec_1"))!;
            body["notificationItems"]![spoiled]!["NotificationRequestItem"]!["amount"]!["value"] = 1;
            Sent(body.ToJsonString()).ShouldBeOfType<WebhookReading.Refused>();
        }
    }

    [Theory]
    [InlineData("live", "\"true\"")]
    [InlineData("live", "\"banana\"")]
    [InlineData("live", "null")]
    [InlineData("notificationItems", "[]")]
    [InlineData("notificationItems", "[null]")]
    [InlineData("notificationItems", "[{}]")]
    [InlineData("notificationItems", "{}")]
    public void What_is_not_a_test_notice_is_refused(string member, string value)
    {
        var body = JsonNode.Parse(Seal(GenuineBody, "whsec_1"))!;
        body[member] = JsonNode.Parse(value);
        Sent(body.ToJsonString()).ShouldBeOfType<WebhookReading.Refused>();
    }

    [Fact]
    public void A_notice_of_another_merchant_account_is_refused() =>
        Read(GenuineBody.Replace("ShopOfTests", "AnotherShop", StringComparison.Ordinal)).ShouldBeOfType<WebhookReading.Refused>();

    [Fact]
    public void Signed_text_cannot_be_cut_into_fields_at_other_places()
    {
        // A genuine notice about a reference with colons in it; the same signed text also reads as a notice about att_1.
        var genuine = JsonNode.Parse(GenuineBody)!;
        var item = genuine["notificationItems"]![0]!["NotificationRequestItem"]!;
        (item["originalReference"], item["merchantReference"]) = ("", "X:ShopOfTests:att_1");
        var body = JsonNode.Parse(Seal(genuine.ToJsonString(), "whsec_1"))!;
        Sent(body.ToJsonString()).ShouldBeOfType<WebhookReading.Verified>();
        item = body["notificationItems"]![0]!["NotificationRequestItem"]!;
        (item["originalReference"], item["merchantReference"]) = (":ShopOfTests:X", "att_1");
        Sent(body.ToJsonString()).ShouldBeOfType<WebhookReading.Refused>();
    }

    [Theory]
    [InlineData("adyen", "secret", true)]
    [InlineData("adyen", "Secret", false)]
    [InlineData("other", "secret", false)]
    [InlineData(null, null, false)]
    public void User_and_password_count_where_they_are_set(string? user, string? password, bool verified)
    {
        var settings = new { apiKey = "k", merchantAccount = "ShopOfTests", hmacKey = Key("whsec_1"), webhookUser = "adyen", webhookPassword = "secret" };
        var header = user is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
        var request = new WebhookRequest(name => name == "Authorization" ? header : null, Encoding.UTF8.GetBytes(Seal(GenuineBody, "whsec_1")), DateTimeOffset.UnixEpoch);
        (((IWebhooks)Vendors.Connect("adyen", settings, new HttpClient())).Read(request) is WebhookReading.Verified).ShouldBe(verified);
    }

    [Fact]
    public void A_spoiled_notice_is_read_or_refused_and_nothing_else()
    {
        foreach (var spoiled in Mutations.Of(Seal(GenuineBody, "whsec_1"))) (Sent(spoiled) is WebhookReading.Verified or WebhookReading.Refused).ShouldBeTrue(spoiled);
    }

    [Fact]
    public void A_signature_made_by_adyens_own_library_is_verified_and_nothing_it_covers_can_change()
    {
        using var file = Specs.Open("webhook-signatures/vectors.json");
        if (file is null) return;
        var vector = file.RootElement.GetProperty("vectors").EnumerateArray().Single(each => each.GetProperty("vendor").GetString() == "adyen");
        var item = vector.GetProperty("item").GetRawText();
        var settings = new { apiKey = "k", merchantAccount = "TestMerchant", hmacKey = vector.GetProperty("secret_hex").GetString() };
        var reader = (IWebhooks)Vendors.Connect("adyen", settings, new HttpClient());
        Sent(AdyenItems.Body(item), reader).ShouldBeOfType<WebhookReading.Verified>().EventId.ShouldBe("7914073381342284:AUTHORISATION:true");

        foreach (var place in new[] { "pspReference", "originalReference", "merchantAccountCode", "merchantReference", "eventCode" })
        {
            var changed = JsonNode.Parse(item)!;
            changed[place] = $"{changed[place]}x";
            Sent(AdyenItems.Body(changed.ToJsonString()), reader).ShouldBeOfType<WebhookReading.Refused>(place);
        }

        var signature = vector.GetProperty("value").GetString()!;
        for (var index = 0; index < signature.Length; index++)
        {
            var forged = $"{signature[..index]}{(signature[index] == 'A' ? 'B' : 'A')}{signature[(index + 1)..]}";
            Sent(AdyenItems.Body(item.Replace(signature, forged, StringComparison.Ordinal)), reader).ShouldBeOfType<WebhookReading.Refused>($"character {index}");
        }
    }

    protected override IWebhooks Reader(params string[] secrets) => (IWebhooks)Vendors.Connect("adyen", new
    {
        apiKey = "k",
        merchantAccount = "ShopOfTests",
        hmacKey = secrets.Length > 0 ? Key(secrets[0]) : null,
        otherHmacKey = secrets.Length > 1 ? Key(secrets[1]) : null,
    }, new HttpClient());

    protected override IReadOnlyDictionary<string, string> Sign(string body, string secret, DateTimeOffset at) => new Dictionary<string, string>();

    protected override string Seal(string body, string secret)
    {
        if (secret.Length == 0 || !body.Contains("NotificationRequestItem", StringComparison.Ordinal)) return body;
        var node = JsonNode.Parse(body)!;
        foreach (var each in node["notificationItems"]!.AsArray())
        {
            var item = each!["NotificationRequestItem"]!.AsObject();
            var signed = string.Join(':',
                item["pspReference"], item["originalReference"], item["merchantAccountCode"], item["merchantReference"],
                item["amount"]!["value"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture), item["amount"]!["currency"], item["eventCode"], item["success"]);
            item["additionalData"]!["hmacSignature"] = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromHexString(Key(secret)), Encoding.UTF8.GetBytes(signed)));
        }

        return node.ToJsonString();
    }

    private static string Key(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private WebhookReading Sent(string body, IWebhooks? reader = null) =>
        (reader ?? Reader("whsec_1")).Read(new WebhookRequest(_ => null, Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch));
}
