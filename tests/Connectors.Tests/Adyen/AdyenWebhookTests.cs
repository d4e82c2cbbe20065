using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

public sealed class AdyenWebhookTests : WebhooksContract
{
    private static readonly Money Eleven = new(1130, "EUR");

    public static TheoryData<string, VendorNotice> Notices => new()
    {
        { Item("AUTHORISATION"), Payment(new PaymentOutcome.Authorized("PSP1", Eleven)) },
        { Item("AUTHORISATION", data: """{"metadata.hub_capture":"at_once"}"""), Payment(new PaymentOutcome.Captured("PSP1", Eleven)) },
        { Item("AUTHORISATION", "false", reason: "Refused"), Payment(new PaymentOutcome.Declined("PSP1", "card_declined")) },
        { Item("AUTHORISATION", "false", reason: "Not enough balance"), Payment(new PaymentOutcome.Declined("PSP1", "insufficient_funds")) },
        { Item("AUTHORISATION", "false", reason: "NOT_ENOUGH_BALANCE"), Payment(new PaymentOutcome.Declined("PSP1", "insufficient_funds")) },
        { Item("AUTHORISATION", "false", reason: "Expired Card"), Payment(new PaymentOutcome.Declined("PSP1", "expired_card")) },
        { Item("AUTHORISATION", "false", reason: "3D Not Authenticated"), Payment(new PaymentOutcome.Declined("PSP1", "authentication_failed")) },
        { Item("AUTHORISATION", "false", reason: "Cancelled"), Payment(new PaymentOutcome.Declined("PSP1", "canceled")) },
        { Item("CAPTURE", of: "PAY1"), Transfer(TransferKind.Capture, true) },
        { Item("CAPTURE", "false", of: "PAY1", reason: "Insufficient balance on payment"), Transfer(TransferKind.Capture, false) },
        { Item("CAPTURE_FAILED", of: "PAY1"), Transfer(TransferKind.Capture, false) },
        { Item("REFUND", of: "PAY1"), Transfer(TransferKind.Refund, true) },
        { Item("REFUND", "false", of: "PAY1"), Transfer(TransferKind.Refund, false) },
        { Item("REFUND_FAILED", of: "PAY1"), Transfer(TransferKind.Refund, false) },
        { Item("REFUNDED_REVERSED", of: "PAY1"), Transfer(TransferKind.Refund, false) },
        { Item("CANCELLATION", of: "PAY1"), Transfer(TransferKind.Void, true) },
        { Item("TECHNICAL_CANCEL", "false", of: "PAY1"), Transfer(TransferKind.Void, false) },
        { Item("CANCEL_OR_REFUND", of: "PAY1", data: """{"modification.action":"cancel"}"""), Transfer(TransferKind.Void, true) },
        { Item("CANCEL_OR_REFUND", of: "PAY1", data: """{"modification.action":"refund"}"""), Transfer(TransferKind.Refund, true) },
        { Item("NOTIFICATION_OF_CHARGEBACK", of: "PAY1", reason: "Fraud"), new VendorNotice.DisputeOpened("PSP1", "PAY1", Eleven, "Fraud") },
        { Item("CHARGEBACK", of: "PAY1"), new VendorNotice.DisputeOpened("PSP1", "PAY1", Eleven, "general") },
        { Item("CHARGEBACK_REVERSED", of: "PAY1"), new VendorNotice.DisputeClosed("PSP1", "PAY1", true) },
        { Item("SECOND_CHARGEBACK", of: "PAY1"), new VendorNotice.DisputeClosed("PSP1", "PAY1", false) },
        { Item("CHARGEBACK", "false", of: "PAY1"), new VendorNotice.Other() },
        { Item("CAPTURE_FAILED", "false", of: "PAY1"), new VendorNotice.Other() },
        { Item("REPORT_AVAILABLE"), new VendorNotice.Other() },
        { Item("EVENT_OF_NEXT_YEAR"), new VendorNotice.Other() },
        { Item("AUTHORISATION").Replace("EUR", "XYZ", StringComparison.Ordinal), new VendorNotice.Other() },
    };

    protected override string GenuineBody => Body(Item("CAPTURE", of: "ORIG7"));

    protected override string GenuineId => "PSP1:CAPTURE:true";

    protected override bool SignsTime => false;

    // What is not here (the date, the reason, further data) Adyen does not sign. The signature itself has its own test below.
    protected override IReadOnlyList<string> SignedValues => ["PSP1", "ORIG7", "ShopOfTests", "att_1", "1130", "EUR", "\"CAPTURE\"", "\"true\""];

    [Theory, MemberData(nameof(Notices))]
    public void Notices_say_what_became_of_which_payment_or_transfer(string item, VendorNotice notice)
    {
        var read = Read(Body(item)).ShouldBeOfType<WebhookReading.Verified>();
        read.Notice.ShouldBe(notice);
        var node = JsonNode.Parse(item)!;
        read.EventId.ShouldBe($"PSP1:{node["eventCode"]}:{node["success"]}");
    }

    [Fact]
    public void Several_items_are_read_in_their_order()
    {
        var read = Read(Body(Item("AUTHORISATION"), Item("CAPTURE", of: "PAY1"), Item("CAPTURE_FAILED", of: "PAY1"))).ShouldBeOfType<WebhookReading.Batch>();
        read.Events.Select(each => each.EventId).ShouldBe(["PSP1:AUTHORISATION:true", "PSP1:CAPTURE:true", "PSP1:CAPTURE_FAILED:true"]);
    }

    [Fact]
    public void One_item_that_is_not_genuine_spoils_all()
    {
        for (var spoiled = 0; spoiled < 3; spoiled++)
        {
            var body = JsonNode.Parse(Seal(Body(Item("AUTHORISATION"), Item("CAPTURE", of: "PAY1"), Item("REFUND", of: "PAY1")), "whsec_1"))!;
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
        // "PSP1:ORIG7:ShopOfTests:…" either way.
        var body = JsonNode.Parse(Seal(GenuineBody, "whsec_1"))!;
        var item = body["notificationItems"]![0]!["NotificationRequestItem"]!;
        item["merchantAccountCode"] = "ShopOfTests:att_1";
        item["merchantReference"] = "1130";
        Sent(body.ToJsonString()).ShouldBeOfType<WebhookReading.Refused>();

        body = JsonNode.Parse(Seal(Body(Item("CAPTURE", of: "ShopOfTests")), "whsec_1"))!;
        item = body["notificationItems"]![0]!["NotificationRequestItem"]!;
        (item["pspReference"], item["originalReference"], item["merchantReference"]) = ("PSP1", "", "ShopOfTests:att_1");
        Sent(body.ToJsonString()).ShouldBeOfType<WebhookReading.Refused>();
        (item["pspReference"], item["originalReference"], item["merchantReference"]) = ("PSP1:ShopOfTests", "", "att_1");
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
        Sent(Body(item), reader).ShouldBeOfType<WebhookReading.Verified>().EventId.ShouldBe("7914073381342284:AUTHORISATION:true");

        foreach (var place in new[] { "pspReference", "originalReference", "merchantAccountCode", "merchantReference", "eventCode" })
        {
            var changed = JsonNode.Parse(item)!;
            changed[place] = $"{changed[place]}x";
            Sent(Body(changed.ToJsonString()), reader).ShouldBeOfType<WebhookReading.Refused>(place);
        }

        var signature = vector.GetProperty("value").GetString()!;
        for (var index = 0; index < signature.Length; index++)
        {
            var forged = $"{signature[..index]}{(signature[index] == 'A' ? 'B' : 'A')}{signature[(index + 1)..]}";
            Sent(Body(item.Replace(signature, forged, StringComparison.Ordinal)), reader).ShouldBeOfType<WebhookReading.Refused>($"character {index}");
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

    private static VendorNotice.PaymentChanged Payment(PaymentOutcome outcome) => new("PSP1", "att_1", Eleven) { Outcome = outcome };

    private static VendorNotice.TransferChanged Transfer(TransferKind kind, bool succeeded) => new(kind, "PSP1", "att_1", "PAY1", succeeded, Eleven);

    private static string Key(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Item(string code, string success = "true", string? of = null, string reason = "", string data = "{}") => JsonSerializer.Serialize(new
    {
        additionalData = JsonNode.Parse(data),
        amount = new { currency = "EUR", value = 1130 },
        eventCode = code,
        eventDate = "2026-11-21T09:00:00+01:00",
        merchantAccountCode = "ShopOfTests",
        merchantReference = "att_1",
        originalReference = of,
        paymentMethod = "visa",
        pspReference = "PSP1",
        reason,
        success,
    });

    private static string Body(params string[] items) =>
        $$"""{"live":"false","notificationItems":[{{string.Join(',', items.Select(item => $$"""{"NotificationRequestItem":{{item}}}"""))}}]}""";

    private WebhookReading Sent(string body, IWebhooks? reader = null) =>
        (reader ?? Reader("whsec_1")).Read(new WebhookRequest(_ => null, Encoding.UTF8.GetBytes(body), DateTimeOffset.UnixEpoch));
}
