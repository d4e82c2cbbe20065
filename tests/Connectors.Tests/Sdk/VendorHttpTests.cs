using System.Net;
using System.Text.Json.Serialization;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Sdk;

public sealed partial class VendorHttpTests
{
    private readonly StubVendor _vendor = new();

    public static TheoryData<int, VendorEffect, VendorFailure> Statuses => new()
    {
        { 302, VendorEffect.Changes, VendorFailure.Misconfigured },
        { 401, VendorEffect.Changes, VendorFailure.Misconfigured },
        { 403, VendorEffect.Reads, VendorFailure.Misconfigured },
        { 408, VendorEffect.Changes, VendorFailure.OutcomeUnknown },
        { 408, VendorEffect.Reads, VendorFailure.Transient },
        { 425, VendorEffect.Changes, VendorFailure.OutcomeUnknown },
        { 429, VendorEffect.Changes, VendorFailure.RateLimited },
        { 429, VendorEffect.Reads, VendorFailure.RateLimited },
        { 500, VendorEffect.Changes, VendorFailure.OutcomeUnknown },
        { 500, VendorEffect.Reads, VendorFailure.Transient },
        { 502, VendorEffect.Changes, VendorFailure.OutcomeUnknown },
        { 503, VendorEffect.Changes, VendorFailure.OutcomeUnknown },
        { 503, VendorEffect.Reads, VendorFailure.Transient },
    };

    public static TheoryData<string, string> Garbage => new()
    {
        { "text/html", "<!doctype html><h1>Welcome to nginx</h1>" },
        { "application/json", "" },
        { "application/json", "null" },
        { "application/json", "[]" },
        { "application/json", """{"name":"a" """ },
        { "application/json", """{"name":null}""" },
        { "application/json", """{"other":"a"}""" },
        { "application/json", """{"name":"a"}{"name":"b"}""" },
        { "application/json", $$"""{"name":"a","deep":{{new string('[', 100)}}{{new string(']', 100)}}}""" },
    };

    [Theory, MemberData(nameof(Statuses))]
    public async Task A_status_means_the_same_for_every_vendor(int status, VendorEffect effect, VendorFailure failure)
    {
        _vendor.Answers((HttpStatusCode)status, "{}");
        (await FailureOf(effect)).Failure.ShouldBe(failure);
    }

    [Theory, MemberData(nameof(Garbage))]
    public async Task An_unreadable_answer_to_a_change_is_outcome_unknown_and_to_a_read_transient(string type, string body)
    {
        _vendor.Answers(HttpStatusCode.OK, body, type).Answers(HttpStatusCode.OK, body, type);
        (await FailureOf(VendorEffect.Changes)).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        (await FailureOf(VendorEffect.Reads)).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        using var endless = new EndlessStream();
        _vendor.AnswersWith(new StreamContent(endless));
        (await FailureOf(VendorEffect.Changes)).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        endless.Given.ShouldBeLessThan(2 * 1024 * 1024);
    }

    [Fact]
    public async Task An_answer_that_stops_in_the_middle_of_its_body_is_bounded_by_the_clients_timeout()
    {
        using var stuck = new EndlessStream { StopsAfterFirst = true };
        _vendor.AnswersWith(new StreamContent(stuck));
        (await FailureOf(VendorEffect.Changes, timeout: TimeSpan.FromMilliseconds(50))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Fact]
    public async Task A_connection_lost_after_the_request_left_is_outcome_unknown()
    {
        _vendor.Breaks(new HttpRequestException(HttpRequestError.ResponseEnded)).Breaks(new HttpRequestException(HttpRequestError.ResponseEnded));
        (await FailureOf(VendorEffect.Changes)).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        (await FailureOf(VendorEffect.Reads)).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public async Task A_connection_that_never_stood_is_transient_even_for_a_change(HttpRequestError error)
    {
        using var http = new HttpClient(new Gate(_ => throw new HttpRequestException(error)));
        (await FailureOf(VendorEffect.Changes, http)).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task A_second_try_that_cannot_connect_does_not_hide_that_the_first_one_left()
    {
        using var http = new HttpClient(new Gate(async request =>
        {
            await request.Content!.ReadAsByteArrayAsync();
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        }));
        (await FailureOf(VendorEffect.Changes, http)).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Fact]
    public async Task A_real_refused_connection_is_transient_for_a_change_with_and_without_body()
    {
        using var http = new HttpClient();
        // Port 9 (discard) of the loopback: nothing listens there.
        (await FailureOf(VendorEffect.Changes, http, "http://127.0.0.1:9")).Failure.ShouldBe(VendorFailure.Transient);
        (await FailureOf(VendorEffect.Changes, http, "http://127.0.0.1:9", body: false)).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task A_guard_between_hub_and_vendor_speaks_for_itself()
    {
        using var direct = new HttpClient(new Gate(_ => throw new VendorException(VendorFailure.RateLimited, "budget", TimeSpan.FromSeconds(3))));
        (await FailureOf(VendorEffect.Changes, direct)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
        using var wrapped = new HttpClient(new Gate(_ => throw new HttpRequestException("connect", new VendorException(VendorFailure.Misconfigured, "private address"))));
        (await FailureOf(VendorEffect.Changes, wrapped)).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task Giving_up_on_a_change_that_has_left_is_outcome_unknown()
    {
        using var caller = new CancellationTokenSource();
        _vendor.Hangs(caller.Cancel);
        (await FailureOf(VendorEffect.Changes, cancellationToken: caller.Token)).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Fact]
    public async Task Giving_up_on_a_read_or_before_anything_left_is_a_plain_cancellation()
    {
        using var caller = new CancellationTokenSource();
        _vendor.Hangs(caller.Cancel);
        await Should.ThrowAsync<OperationCanceledException>(() => SendAsync(VendorEffect.Reads, cancellationToken: caller.Token));

        using var waiting = new CancellationTokenSource();
        using var http = new HttpClient(new Gate(async _ =>
        {
            await waiting.CancelAsync();
            throw new OperationCanceledException(waiting.Token);
        }));
        await Should.ThrowAsync<OperationCanceledException>(() => SendAsync(VendorEffect.Changes, http, cancellationToken: waiting.Token));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Sat, 21 Nov 2026 10:01:00 GMT", 60)]
    [InlineData("Sat, 21 Nov 2026 09:00:00 GMT", 0)]
    public async Task Retry_after_is_read_as_seconds_or_as_a_date_on_the_vendors_clock(string value, int seconds)
    {
        _vendor.Answers(HttpStatusCode.TooManyRequests, "", headers: [("Retry-After", value), ("Date", "Sat, 21 Nov 2026 10:00:00 GMT")]);
        (await FailureOf(VendorEffect.Changes)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("http://localhost:5090/stripe")]
    [InlineData("http://localhost:5090/stripe/")]
    public void Addresses_keep_the_base_urls_path(string baseUrl) =>
        new VendorHttp("Acme", _vendor.Client(), baseUrl).At("/v1/things?a=b").AbsoluteUri.ShouldBe("http://localhost:5090/stripe/v1/things?a=b");

    [Theory]
    [InlineData("api.example.com")]
    [InlineData("ftp://example.com")]
    [InlineData("https://user:secret@example.com")]
    [InlineData("https://example.com?key=secret")]
    [InlineData("")]
    public void A_base_url_that_is_none_is_misconfigured_and_not_repeated(string baseUrl)
    {
        var failure = Should.Throw<VendorException>(() => new VendorHttp("Acme", _vendor.Client(), baseUrl));
        failure.Failure.ShouldBe(VendorFailure.Misconfigured);
        failure.Message.ShouldNotContain("secret");
    }

    private Task<VendorException> FailureOf(
        VendorEffect effect, HttpClient? http = null, string baseUrl = "http://vendor.test", bool body = true, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Should.ThrowAsync<VendorException>(() => SendAsync(effect, http, baseUrl, body, timeout, cancellationToken));

    private async Task SendAsync(
        VendorEffect effect, HttpClient? http = null, string baseUrl = "http://vendor.test", bool body = true, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var own = _vendor.Client();
        own.Timeout = timeout ?? TimeSpan.FromSeconds(20);
        var vendor = new VendorHttp("Acme", http ?? own, baseUrl);
        using var request = new HttpRequestMessage(effect is VendorEffect.Reads ? HttpMethod.Get : HttpMethod.Post, vendor.At("things"));
        if (effect is VendorEffect.Changes && body) request.Content = new StringContent("a=b");
        (await vendor.SendAsync(request, effect, cancellationToken)).Read(ThingJson.Default.Thing);
    }

    internal sealed record Thing(string Name);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Thing))]
    internal sealed partial class ThingJson : JsonSerializerContext;
}
