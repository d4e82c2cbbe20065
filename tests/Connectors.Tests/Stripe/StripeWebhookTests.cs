using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Stripe;

public sealed class StripeWebhookTests : WebhooksContract
{
    public static TheoryData<string, string, VendorNotice> Notices => new()
    {
        {
            "payment_intent.succeeded", """{"id":"pi_1","amount":1099,"currency":"eur","metadata":{"hub_reference":"att_1"}}""",
            new VendorNotice.PaymentChanged("pi_1", "att_1", new Money(1099, "EUR"))
        },
        {
            "payment_intent.canceled", """{"id":"pi_1","amount":50000,"currency":"isk","metadata":{}}""",
            new VendorNotice.PaymentChanged("pi_1", null, new Money(500, "ISK"))
        },
        {
            "charge.refunded", """{"id":"ch_1","amount":1099,"currency":"eur","payment_intent":"pi_1","metadata":{"hub_reference":"att_1"}}""",
            new VendorNotice.PaymentChanged("pi_1", "att_1", new Money(1099, "EUR"))
        },
        {
            "refund.failed", """{"id":"re_1","amount":99,"currency":"eur","payment_intent":"pi_1","metadata":{"hub_reference":"ref_1"}}""",
            new VendorNotice.PaymentChanged("pi_1", null, new Money(99, "EUR"))
        },
        {
            "charge.dispute.created", """{"id":"dp_1","amount":1099,"currency":"eur","payment_intent":"pi_1","reason":"fraudulent","status":"needs_response"}""",
            new VendorNotice.DisputeOpened("dp_1", "pi_1", new Money(1099, "EUR"), "fraudulent")
        },
        { "charge.dispute.closed", """{"id":"dp_1","amount":1099,"currency":"eur","payment_intent":"pi_1","status":"won"}""", new VendorNotice.DisputeClosed("dp_1", "pi_1", true) },
        { "charge.dispute.closed", """{"id":"dp_1","amount":1099,"currency":"eur","payment_intent":"pi_1","status":"lost"}""", new VendorNotice.DisputeClosed("dp_1", "pi_1", false) },
        { "charge.refunded", """{"id":"ch_1","amount":1099,"currency":"eur","payment_intent":null}""", new VendorNotice.Other() },
        { "customer.created", """{"id":"cus_1"}""", new VendorNotice.Other() },
    };

    [Theory, MemberData(nameof(Notices))]
    public void Notices_say_which_payment_they_are_about(string type, string of, VendorNotice notice) =>
        Read($$$"""{"id":"evt_1","type":"{{{type}}}","livemode":false,"data":{"object":{{{of}}}}}""").ShouldBe(new WebhookReading.Verified("evt_1", type, notice));

    [Fact]
    public void A_live_event_does_not_reach_a_test_connection() =>
        Read("""{"id":"evt_1","type":"ping","livemode":true,"data":{"object":{}}}""").ShouldBeOfType<WebhookReading.Refused>();

    [Fact]
    public void One_of_several_signatures_is_enough()
    {
        var genuine = Sign(GenuineBody, "whsec_1", DateTimeOffset.FromUnixTimeSeconds(1_795_000_000))["Stripe-Signature"].Split(',');
        var header = $"{genuine[0]},v1={new string('0', 64)},v0=abc,{genuine[1]}";
        Reader("whsec_1").Read(new WebhookRequest(_ => header, Encoding.UTF8.GetBytes(GenuineBody), DateTimeOffset.FromUnixTimeSeconds(1_795_000_000)))
            .ShouldBeOfType<WebhookReading.Verified>();
    }

    [Theory]
    [InlineData("t=,v1=")]
    [InlineData("t=-1,v1=00")]
    [InlineData("t=9223372036854775807,v1=00")]
    [InlineData("t=1795000000")]
    [InlineData("t=1795000000,v1=")]
    [InlineData("garbage")]
    public void A_garbled_signature_is_refused(string header) =>
        Reader("whsec_1").Read(new WebhookRequest(_ => header, Encoding.UTF8.GetBytes(GenuineBody), DateTimeOffset.FromUnixTimeSeconds(1_795_000_000)))
            .ShouldBeOfType<WebhookReading.Refused>();

    [Fact]
    public void A_signature_made_by_stripes_own_library_is_verified_and_no_byte_of_it_can_change()
    {
        using var file = Specs.Open("webhook-signatures/vectors.json");
        if (file is null) return;
        var vector = file.RootElement.GetProperty("vectors").EnumerateArray().Single(each => each.GetProperty("vendor").GetString() == "stripe");
        var reader = Reader(vector.GetProperty("secret").GetString()!);
        var now = DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("timestamp").GetInt64());
        var header = vector.GetProperty("value").GetString()!;
        var body = Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!);

        reader.Read(new WebhookRequest(_ => header, body, now)).ShouldBeOfType<WebhookReading.Verified>()
            .Notice.ShouldBe(new VendorNotice.PaymentChanged("pi_1", null, new Money(1099, "EUR")));
        for (var index = 0; index < body.Length; index++)
        {
            body[index] ^= 1;
            reader.Read(new WebhookRequest(_ => header, body, now)).ShouldBeOfType<WebhookReading.Refused>();
            body[index] ^= 1;
        }
    }

    protected override IWebhooks Reader(params string[] secrets) =>
        (IWebhooks)Vendors.Connect("stripe", new { apiKey = "sk_test_1", webhookSecret = secrets.Length == 0 ? null : string.Join(", ", secrets) }, new HttpClient());

    protected override IReadOnlyDictionary<string, string> Sign(string body, string secret, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return new Dictionary<string, string> { ["Stripe-Signature"] = $"t={time},v1={Convert.ToHexStringLower(signature)}" };
    }
}
