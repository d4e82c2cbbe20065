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

    /// <summary>A genuine body that the vendor could send, with the event id <see cref="GenuineId"/>.</summary>
    protected virtual string GenuineBody => Body;

    /// <summary>Null where notices carry no id, and the reader makes one of their content.</summary>
    protected virtual string? GenuineId => "evt_1";

    /// <summary>How old a signature may be, and how far ahead.</summary>
    protected virtual int ToleranceSeconds => 300;

    /// <summary>Puts the signature into the body, where the vendor signs there.</summary>
    protected virtual string Seal(string body, string secret) => body;

    /// <summary>
    /// The values in <see cref="GenuineBody"/> that the signature covers; null where it covers the body's bytes. Each stands there once. Whatever else
    /// an event's reader believes must not matter.
    /// </summary>
    protected virtual IReadOnlyList<string>? SignedValues => null;

    /// <summary>Whether the signature carries the time it was made. Without one a notice can be repeated for ever, and must then be the same event.</summary>
    protected virtual bool SignsTime => true;

    [Fact]
    public void A_genuine_notice_is_verified()
    {
        var id = Read(GenuineBody).ShouldBeOfType<WebhookReading.Verified>().EventId;
        id.ShouldBe(GenuineId ?? id);
        id.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Tampered_webhook_is_refused()
    {
        var sealedBody = Seal(GenuineBody, "whsec_1");
        var bytes = Encoding.UTF8.GetBytes(sealedBody);
        foreach (var index in SignedValues is { } values ? values.SelectMany(value => PlacesOf(sealedBody, value)) : Enumerable.Range(0, bytes.Length))
        {
            var tampered = (byte[])[.. bytes];
            tampered[index] ^= 1;
            Read(GenuineBody, sent: tampered).ShouldBeOfType<WebhookReading.Refused>($"byte {index}");
        }
    }

    [Fact]
    public void A_body_that_means_the_same_but_is_written_differently_is_refused()
    {
        var read = Read(GenuineBody, sent: Encoding.UTF8.GetBytes(Seal(GenuineBody, "whsec_1") + " "));
        if (SignedValues is null) read.ShouldBeOfType<WebhookReading.Refused>();
        else read.ShouldBe(Read(GenuineBody));
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(-1, 0, true)]
    [InlineData(-1, 1, false)]
    public void Only_a_fresh_signature_counts_or_a_repeated_one_is_the_same_event(int direction, int secondsBeyond, bool verified)
    {
        var read = Read(GenuineBody, age: TimeSpan.FromSeconds(direction * (ToleranceSeconds + secondsBeyond)));
        if (SignsTime) (read is WebhookReading.Verified).ShouldBe(verified);
        else read.ShouldBeOfType<WebhookReading.Verified>().EventId.ShouldBe(GenuineId);
    }

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
        body = Seal(body, secret);
        var headers = Sign(body, secret, SentAt);
        return (reader ?? Reader("whsec_1")).Read(new WebhookRequest(headers.GetValueOrDefault, sent ?? Encoding.UTF8.GetBytes(body), SentAt + age));
    }

    private static IEnumerable<int> PlacesOf(string body, string value)
    {
        var start = body.IndexOf(value, StringComparison.Ordinal);
        start.ShouldBeGreaterThan(0, value);
        body.LastIndexOf(value, StringComparison.Ordinal).ShouldBe(start, value);
        return Enumerable.Range(Encoding.UTF8.GetByteCount(body.AsSpan(0, start)), Encoding.UTF8.GetByteCount(value));
    }
}
