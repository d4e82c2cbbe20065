using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Contentful;

public sealed class ContentfulWebhookTests : WebhooksContract
{
    private const string Signed = "content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic";
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);

    protected override string GenuineBody => """{"sys":{"type":"Entry","id":"e1","revision":3},"fields":{}}""";

    protected override string? GenuineId => null;

    protected override int ToleranceSeconds => 30;

    [Theory]
    [InlineData("ContentManagement.Entry.publish", "e1")]
    [InlineData("ContentManagement.Entry.unpublish", "e1")]
    [InlineData("ContentManagement.Asset.delete", "e1")]
    [InlineData("ContentManagement.ContentType.publish", "")]
    [InlineData("ContentManagement.Entry.auto_save", null)]
    [InlineData("Something.Else", null)]
    public void The_topic_decides_whether_shoppers_see_a_change(string topic, string? tags)
    {
        var headers = Sign(GenuineBody, "whsec_1", SentAt, topic);
        var read = Reader("whsec_1").Read(new(headers.GetValueOrDefault, Encoding.UTF8.GetBytes(GenuineBody), SentAt)).ShouldBeOfType<WebhookReading.Verified>();
        (read.Notice as VendorNotice.ContentChanged)?.Tags.ShouldBe(tags!.Length == 0 ? [] : [tags]);
        (read.Notice is VendorNotice.ContentChanged).ShouldBe(tags is not null);
    }

    [Fact]
    public void The_same_notice_has_the_same_id_though_it_is_signed_anew()
    {
        string Id(DateTimeOffset at, string topic) =>
            Reader("whsec_1").Read(new(Sign(GenuineBody, "whsec_1", at, topic).GetValueOrDefault, Encoding.UTF8.GetBytes(GenuineBody), at)).ShouldBeOfType<WebhookReading.Verified>().EventId;
        Id(SentAt, "ContentManagement.Entry.publish").ShouldBe(Id(SentAt.AddSeconds(90), "ContentManagement.Entry.publish"));
        Id(SentAt, "ContentManagement.Entry.publish").ShouldNotBe(Id(SentAt, "ContentManagement.Entry.unpublish"));
    }

    [Theory]
    [InlineData("x-contentful-topic")]
    [InlineData("x-contentful-timestamp")]
    [InlineData("x-contentful-signed-headers")]
    public void What_is_read_must_be_signed(string leftOut)
    {
        var headers = Sign(GenuineBody, "whsec_1", SentAt, "ContentManagement.Entry.publish", string.Join(',', Signed.Split(',').Where(name => name != leftOut)));
        Reader("whsec_1").Read(new(headers.GetValueOrDefault, Encoding.UTF8.GetBytes(GenuineBody), SentAt)).ShouldBeOfType<WebhookReading.Refused>();
    }

    [Theory]
    [InlineData("x-contentful-topic", "ContentManagement.Entry.unpublish")]
    [InlineData("x-contentful-timestamp", "1795000001000")]
    [InlineData("x-contentful-timestamp", "-1")]
    [InlineData("x-contentful-timestamp", "99999999999999999999")]
    [InlineData("x-contentful-signature", "")]
    [InlineData("x-contentful-signature", "0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_changed_header_is_refused(string name, string value)
    {
        var headers = Sign(GenuineBody, "whsec_1", SentAt).ToDictionary();
        headers[name] = value;
        Reader("whsec_1").Read(new(headers.GetValueOrDefault, Encoding.UTF8.GetBytes(GenuineBody), SentAt)).ShouldBeOfType<WebhookReading.Refused>();
    }

    [Fact]
    public void A_signature_made_by_contentfuls_own_library_is_verified_and_nothing_of_it_can_change()
    {
        using var file = Specs.Open("webhook-signatures/vectors.json");
        if (file is null) return;
        var vector = file.RootElement.GetProperty("vectors").EnumerateArray().Single(each => each.GetProperty("vendor").GetString() == "contentful");
        var request = vector.GetProperty("request");
        var headers = request.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString(), StringComparer.OrdinalIgnoreCase);
        var reader = Reader(vector.GetProperty("secret").GetString()!);
        var (body, path) = (Encoding.UTF8.GetBytes(request.GetProperty("body").GetString()!), request.GetProperty("path").GetString()!);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_000);

        reader.Read(new(headers.GetValueOrDefault, body, now) { Path = path }).ShouldBeOfType<WebhookReading.Verified>().Notice.ShouldBeOfType<VendorNotice.ContentChanged>().Tags.ShouldBe(["e1"]);
        reader.Read(new(headers.GetValueOrDefault, body, now) { Path = path + "0" }).ShouldBeOfType<WebhookReading.Refused>();
        for (var index = 0; index < body.Length; index++)
        {
            body[index] ^= 1;
            reader.Read(new(headers.GetValueOrDefault, body, now) { Path = path }).ShouldBeOfType<WebhookReading.Refused>();
            body[index] ^= 1;
        }
    }

    protected override IWebhooks Reader(params string[] secrets) => (IWebhooks)Vendors.Connect(
        "contentful", new { spaceId = "s1", deliveryToken = "token_1", webhookSecret = secrets.Length == 0 ? null : string.Join(", ", secrets) }, new HttpClient());

    protected override IReadOnlyDictionary<string, string> Sign(string body, string secret, DateTimeOffset at) => Sign(body, secret, at, "ContentManagement.Entry.publish");

    private static Dictionary<string, string> Sign(string body, string secret, DateTimeOffset at, string topic, string signed = Signed)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["content-type"] = "application/vnd.contentful.management.v1+json",
            ["x-contentful-signed-headers"] = signed,
            ["x-contentful-timestamp"] = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["x-contentful-topic"] = topic,
        };
        var canonical = $"POST\n\n{string.Join(';', signed.Split(',').Order(StringComparer.Ordinal).Select(name => $"{name}:{headers[name]}"))}\n{body}";
        headers["x-contentful-signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(canonical)));
        return headers;
    }
}
