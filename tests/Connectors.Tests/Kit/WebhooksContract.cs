using System.Text;

namespace Connectors.Tests.Kit;

/// <summary>What every reader of signed notices must do.</summary>
public abstract class WebhooksContract
{
    private const string Body = """{"id":"evt_1","type":"ping","data":{"object":{"id":"x"}}}""";

    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1_795_000_000);

    /// <summary>A reader that knows the given secrets; none means that staff have not set one.</summary>
    protected abstract IWebhooks Reader(params string[] secrets);

    /// <summary>The vendor's headers for a body, as it signs it.</summary>
    protected abstract IReadOnlyDictionary<string, string> Sign(string body, string secret, DateTimeOffset at);

    /// <summary>A genuine body that the vendor could send, with the event id <c>evt_1</c>.</summary>
    protected virtual string GenuineBody => Body;

    /// <summary>Null where notices carry no id, and the reader makes one of their content.</summary>
    protected virtual string? GenuineEventId => "evt_1";

    /// <summary>How old a signature may be, and how far ahead.</summary>
    protected virtual int ToleranceSeconds => 300;

    [Fact]
    public void A_genuine_notice_is_verified()
    {
        var id = Read(GenuineBody).ShouldBeOfType<WebhookReading.Verified>().EventId;
        id.ShouldBe(GenuineEventId ?? id);
        id.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Tampered_webhook_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(GenuineBody);
        for (var index = 0; index < bytes.Length; index++)
        {
            var tampered = (byte[])[.. bytes];
            tampered[index] ^= 1;
            Read(GenuineBody, sent: tampered).ShouldBeOfType<WebhookReading.Refused>($"byte {index}");
        }
    }

    [Fact]
    public void A_body_that_means_the_same_but_is_written_differently_is_refused() =>
        Read(GenuineBody, sent: Encoding.UTF8.GetBytes(GenuineBody + " ")).ShouldBeOfType<WebhookReading.Refused>();

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(-1, 0, true)]
    [InlineData(-1, 1, false)]
    public void Only_a_fresh_signature_counts(int direction, int secondsBeyond, bool verified) =>
        (Read(GenuineBody, age: TimeSpan.FromSeconds(direction * (ToleranceSeconds + secondsBeyond))) is WebhookReading.Verified).ShouldBe(verified);

    [Fact]
    public void Both_secrets_count_while_one_replaces_the_other_and_no_third()
    {
        foreach (var known in new[] { "whsec_old", "whsec_new" })
            Read(GenuineBody, secret: known, reader: Reader("whsec_old", "whsec_new")).ShouldBeOfType<WebhookReading.Verified>();
        Read(GenuineBody, secret: "whsec_other", reader: Reader("whsec_old", "whsec_new")).ShouldBeOfType<WebhookReading.Refused>();
    }

    [Fact]
    public void Unsigned_is_refused_and_so_is_everything_without_a_secret()
    {
        Reader("whsec_1").Read(new WebhookRequest(_ => null, Encoding.UTF8.GetBytes(GenuineBody), SentAt)).ShouldBeOfType<WebhookReading.Refused>();
        Read(GenuineBody, secret: "", reader: Reader()).ShouldBeOfType<WebhookReading.Refused>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>")]
    public void A_signed_body_that_is_no_event_is_refused(string body) => Read(body).ShouldBeOfType<WebhookReading.Refused>();

    protected WebhookReading Read(string body, byte[]? sent = null, string secret = "whsec_1", TimeSpan age = default, IWebhooks? reader = null)
    {
        var headers = Sign(body, secret, SentAt);
        return (reader ?? Reader("whsec_1")).Read(new WebhookRequest(headers.GetValueOrDefault, sent ?? Encoding.UTF8.GetBytes(body), SentAt + age));
    }
}
