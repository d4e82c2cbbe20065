using System.Net;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Stripe;

public sealed class StripeWireTests
{
    private const string Held = """{"id":"pi_1","object":"payment_intent","status":"requires_capture","amount":1099,"amount_capturable":1099,"currency":"eur","metadata":{}}""";

    private readonly StubVendor _stripe = new();

    private static PaymentRequest Request => new("att_1", "hub:att_1", new Money(1099, "EUR"), "card", "pm_card_visa", "https://shop.example/back?a=1&b=2", "Order 7");

    public static TheoryData<int, string, VendorFailure> Failures => new()
    {
        { 400, """{"type":"idempotency_error","message":"Keys for idempotent requests ..."}""", VendorFailure.Rejected },
        { 409, """{"type":"idempotency_error","code":"idempotency_key_in_use"}""", VendorFailure.OutcomeUnknown },
        { 429, """{"type":"invalid_request_error","code":"lock_timeout"}""", VendorFailure.RateLimited },
        { 400, """{"type":"invalid_request_error","code":"parameter_missing","param":"currency"}""", VendorFailure.Rejected },
        { 400, """{"type":"invalid_request_error","code":"amount_too_small","param":"amount"}""", VendorFailure.Rejected },
        { 401, """{"type":"invalid_request_error","message":"Invalid API Key provided: sk_test_***"}""", VendorFailure.Misconfigured },
        { 500, """{"type":"api_error"}""", VendorFailure.OutcomeUnknown },
    };

    public static TheoryData<string, string> Declines => new()
    {
        { """{"type":"card_error","code":"card_declined","decline_code":"generic_decline","payment_intent":{"id":"pi_1"}}""", "card_declined" },
        { """{"type":"card_error","code":"card_declined","decline_code":"stolen_card","payment_intent":{"id":"pi_1"}}""", "card_declined" },
        { """{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","payment_intent":{"id":"pi_1"}}""", "insufficient_funds" },
        { """{"type":"card_error","code":"expired_card","payment_intent":{"id":"pi_1"}}""", "expired_card" },
        { """{"type":"card_error","code":"authentication_required","payment_intent":{"id":"pi_1"}}""", "authentication_failed" },
        { """{"type":"card_error","code":"incorrect_cvc","payment_intent":{"id":"pi_1"}}""", "card_declined" },
    };

    public static TheoryData<string, PaymentOutcome> States => new()
    {
        { """{"id":"pi_1","status":"requires_capture","amount":1099,"amount_capturable":1099,"currency":"eur"}""", new PaymentOutcome.Authorized("pi_1", new Money(1099, "EUR")) },
        { """{"id":"pi_1","status":"succeeded","amount":1099,"amount_received":600,"currency":"eur"}""", new PaymentOutcome.Captured("pi_1", new Money(600, "EUR")) },
        { """{"id":"pi_1","status":"processing","amount":1099,"currency":"eur"}""", new PaymentOutcome.Pending("pi_1") },
        { """{"id":"pi_1","status":"a_status_of_next_year","amount":1099,"currency":"eur"}""", new PaymentOutcome.Pending("pi_1") },
        { """{"id":"pi_1","status":"requires_action","amount":1099,"currency":"eur","next_action":{"type":"use_stripe_sdk"}}""", new PaymentOutcome.Pending("pi_1") },
        {
            """{"id":"pi_1","status":"requires_action","amount":1099,"currency":"eur","next_action":{"type":"redirect_to_url","redirect_to_url":{"url":"https://hooks.example/3ds"}}}""",
            new PaymentOutcome.ActionNeeded("pi_1", new Uri("https://hooks.example/3ds"))
        },
        {
            """{"id":"pi_1","status":"requires_payment_method","amount":1099,"currency":"eur","last_payment_error":{"type":"invalid_request_error","code":"payment_intent_authentication_failure"}}""",
            new PaymentOutcome.Declined("pi_1", "authentication_failed")
        },
        { """{"id":"pi_1","status":"canceled","amount":1099,"currency":"eur"}""", new PaymentOutcome.Declined("pi_1", "canceled") },
    };

    [Theory]
    [InlineData("http://localhost:5090/stripe")]
    [InlineData("http://localhost:5090/stripe/")]
    [InlineData("http://localhost:5090")]
    public async Task The_request_is_one_keyed_form_below_the_base_url(string baseUrl)
    {
        await Client(baseUrl).AuthorizeAsync(Request, CancellationToken.None);
        var sent = _stripe.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Uri.AbsoluteUri, sent.ContentType).ShouldBe(("POST", $"{baseUrl.TrimEnd('/')}/v1/payment_intents", "application/x-www-form-urlencoded"));
        (sent.Headers["Authorization"], sent.Headers["Idempotency-Key"], sent.Headers["Stripe-Version"]).ShouldBe(("Bearer sk_test_1", "hub:att_1", "2023-10-16"));
        sent.Form.ShouldBe(new Dictionary<string, string>
        {
            ["amount"] = "1099",
            ["currency"] = "eur",
            ["confirm"] = "true",
            ["capture_method"] = "manual",
            ["payment_method"] = "pm_card_visa",
            ["payment_method_types[]"] = "card",
            ["return_url"] = "https://shop.example/back?a=1&b=2",
            ["description"] = "Order 7",
            ["metadata[hub_reference]"] = "att_1",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_form_field_and_query_parameter_is_one_that_stripe_documents()
    {
        using var spec = Specs.Open("stripe/openapi.json");
        if (spec is null) return;
        const string refunded = """{"id":"re_1","status":"succeeded","amount":1,"currency":"eur"}""";
        const string none = """{"data":[],"has_more":false}""";
        var client = Client();
        _stripe.Answers(Held).Answers(none).Answers(refunded).Answers(none).Answers(refunded).Answers(Held);
        await client.AuthorizeAsync(Request with { Capture = true }, CancellationToken.None);
        await client.CaptureAsync(new TransferRequest("cap_1", "k", "pi_1", new Money(1, "EUR")), CancellationToken.None);
        await client.RefundAsync(new TransferRequest("ref_1", "k", "pi_1", new Money(1, "EUR"), "Broken"), CancellationToken.None);
        await client.RefundAsync(new TransferRequest("ref_1", "k", "pi_1", new Money(1, "EUR"), "duplicate"), CancellationToken.None);
        await client.VoidAsync(new VoidRequest("att_1", "k", "pi_1", DateTimeOffset.UnixEpoch), CancellationToken.None);

        _stripe.Requests.Count.ShouldBe(7);
        foreach (var request in _stripe.Requests)
        {
            var path = request.Uri.AbsolutePath.Replace("pi_1", "{intent}", StringComparison.Ordinal);
            var operation = spec.RootElement.GetProperty("paths").GetProperty(path).GetProperty(request.Method.ToLowerInvariant());
            var known = request.Method == "POST" ? FormFields(spec.RootElement, operation) : operation.GetProperty("parameters").EnumerateArray().Select(each => each.GetProperty("name").GetString()!).ToList();
            var used = request.Method == "POST" ? request.Form.Keys : request.Uri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')[0]);
            used.Select(name => name.Split('[')[0]).ShouldBeSubsetOf(known, request.Uri.ToString());
        }
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task Errors_become_the_kind_that_decides_the_next_move(int status, string error, VendorFailure failure)
    {
        _stripe.Answers((HttpStatusCode)status, $$$"""{"error":{{{error}}}}""");
        (await Should.ThrowAsync<VendorException>(() => Client(answers: false).AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(failure);
    }

    [Theory, MemberData(nameof(Declines))]
    public async Task Declines_carry_our_code_and_the_vendors_id(string error, string code)
    {
        _stripe.Answers(HttpStatusCode.PaymentRequired, $$$"""{"error":{{{error}}}}""");
        (await Client(answers: false).AuthorizeAsync(Request, CancellationToken.None)).ShouldBe(new PaymentOutcome.Declined("pi_1", code));
    }

    [Fact]
    public async Task A_method_that_does_not_exist_is_the_shoppers_to_change()
    {
        _stripe.Answers(HttpStatusCode.BadRequest, """{"error":{"type":"invalid_request_error","code":"resource_missing","param":"payment_method"}}""");
        (await Client(answers: false).AuthorizeAsync(Request, CancellationToken.None)).ShouldBe(new PaymentOutcome.Declined(null, "card_declined"));
    }

    [Theory, MemberData(nameof(States))]
    public async Task Only_an_explicit_yes_or_no_is_one(string intent, PaymentOutcome outcome)
    {
        _stripe.Answers(intent);
        (await Client(answers: false).InquireAsync(new PaymentInquiry("att_1", "pi_1", DateTimeOffset.UnixEpoch), CancellationToken.None)).ShouldBe(outcome);
    }

    [Theory]
    [InlineData("""{"id":"pi_1","status":"requires_capture","amount":150,"currency":"isk"}""")]
    [InlineData("""{"id":"pi_1","status":"requires_capture","amount":150,"currency":"xxx"}""")]
    public async Task An_amount_that_cannot_be_is_not_guessed_at(string intent)
    {
        _stripe.Answers(intent);
        (await Should.ThrowAsync<VendorException>(() => Client(answers: false).AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Fact]
    public async Task A_proxys_error_page_proves_nothing()
    {
        _stripe.Answers(HttpStatusCode.BadRequest, "<html>", "text/html").Answers(HttpStatusCode.NotFound, "<html>", "text/html");
        (await Should.ThrowAsync<VendorException>(() => Client(answers: false).AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        (await Should.ThrowAsync<VendorException>(() => Client(answers: false).AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task Looking_for_a_reference_reads_on_to_the_last_page()
    {
        _stripe.Answers("""{"data":[{"id":"pi_9","status":"canceled","amount":1,"currency":"eur"}],"has_more":true}""")
            .Answers("""
                {"data":[{"id":"pi_8","status":"canceled","amount":1,"currency":"eur","metadata":{"hub_reference":"att_2"}},
                         {"id":"pi_1","status":"requires_capture","amount":1099,"currency":"eur","metadata":{"hub_reference":"att_1"}}],"has_more":true}
                """);
        var found = await Client(answers: false).InquireAsync(new PaymentInquiry("att_1", null, DateTimeOffset.FromUnixTimeSeconds(1_000_000)), CancellationToken.None);
        found.ShouldBe(new PaymentOutcome.Authorized("pi_1", new Money(1099, "EUR")));
        _stripe.Requests[0].Uri.Query.ShouldBe("?created[gte]=999700&created[lte]=1000900&limit=100");
        _stripe.Requests[1].Uri.Query.ShouldEndWith("&limit=100&starting_after=pi_9");
    }

    [Fact]
    public async Task Too_many_to_look_through_is_not_the_same_as_not_found()
    {
        for (var page = 0; page < 20; page++) _stripe.Answers("""{"data":[{"id":"pi_9","status":"canceled","amount":1,"currency":"eur"}],"has_more":true}""");
        var inquiry = new PaymentInquiry("att_1", null, DateTimeOffset.UnixEpoch);
        (await Should.ThrowAsync<VendorException>(() => Client(answers: false).InquireAsync(inquiry, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Theory]
    [InlineData("pending", typeof(TransferOutcome.Pending))]
    [InlineData("requires_action", typeof(TransferOutcome.Pending))]
    [InlineData("failed", typeof(TransferOutcome.Refused))]
    [InlineData("canceled", typeof(TransferOutcome.Refused))]
    [InlineData("succeeded", typeof(TransferOutcome.Succeeded))]
    public async Task A_refund_is_what_stripe_says_of_it(string status, Type outcome)
    {
        _stripe.Answers("""{"data":[],"has_more":false}""").Answers($$"""{"id":"re_1","status":"{{status}}","amount":1,"currency":"eur"}""");
        (await Client(answers: false).RefundAsync(new TransferRequest("ref_1", "k", "pi_1", new Money(1, "EUR")), CancellationToken.None)).ShouldBeOfType(outcome);
    }

    [Fact]
    public async Task Everything_that_moves_money_is_keyed_and_a_void_is_not_so_that_no_old_refusal_is_repeated()
    {
        _stripe.Answers(Held).Answers("""{"data":[],"has_more":false}""").Answers("""{"id":"re_1","amount":1,"currency":"eur"}""").Answers(Held);
        var client = Client(answers: false);
        await client.CaptureAsync(new TransferRequest("cap_1", "k1", "pi_1", new Money(1, "EUR")), CancellationToken.None);
        await client.RefundAsync(new TransferRequest("ref_1", "k2", "pi_1", new Money(1, "EUR")), CancellationToken.None);
        await client.VoidAsync(new VoidRequest("att_1", "k3", "pi_1", DateTimeOffset.UnixEpoch), CancellationToken.None);
        _stripe.Requests.Where(request => request.Method == "POST").Select(request => request.Headers.GetValueOrDefault("Idempotency-Key")).ShouldBe(["k1", "k2", null]);
    }

    private static List<string> FormFields(JsonElement spec, JsonElement operation)
    {
        var schema = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/x-www-form-urlencoded").GetProperty("schema");
        if (schema.TryGetProperty("$ref", out var reference))
            schema = reference.GetString()!.TrimStart('#', '/').Split('/').Aggregate(spec, (at, name) => at.GetProperty(name));
        return [.. schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
    }

    private IPayments Client(string baseUrl = "https://api.stripe.com", bool answers = true)
    {
        if (answers) _stripe.Answers(Held);
        return (IPayments)Vendors.Connect("stripe", new { apiKey = "sk_test_1", baseUrl }, _stripe.Client());
    }
}
