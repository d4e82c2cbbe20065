using Connectors.Tests.Kit;

namespace Connectors.Tests.Stripe;

public sealed class StripeSavedMethodsTests
{
    private const string None = """{"data":[],"has_more":false}""";
    private const string Held = """{"id":"pi_1","status":"requires_capture","amount":1099,"amount_capturable":1099,"currency":"eur"}""";
    private const string Customer = """{"id":"cus_1","metadata":{"hub_reference":"us_1"}}""";

    private readonly StubVendor _stripe = new();

    private static PaymentRequest Request => new("att_1", "hub:att_1", new Money(1099, "EUR"), "card", "pm_1", null, null) { Customer = "us_1", SaveMethod = true };

    [Fact]
    public async Task A_customer_is_looked_for_before_one_is_made_under_a_key_of_its_own()
    {
        _stripe.Answers(None).Answers(None).Answers(Customer).Answers(Held);
        await Client().AuthorizeAsync(Request, CancellationToken.None);
        _stripe.Requests.Select(sent => $"{sent.Method} {sent.Uri.AbsolutePath}").ShouldBe(["GET /v1/customers/search", "GET /v1/customers", "POST /v1/customers", "POST /v1/payment_intents"]);
        Uri.UnescapeDataString(_stripe.Requests[0].Uri.Query).ShouldBe("?query=metadata['hub_reference']:'us_1'");
        _stripe.Requests[2].Headers["Idempotency-Key"].ShouldBe("hub:customer:us_1");
        _stripe.Requests[2].Form.ShouldBe(new Dictionary<string, string> { ["metadata[hub_reference]"] = "us_1" });
        (_stripe.Requests[3].Form["customer"], _stripe.Requests[3].Form["setup_future_usage"]).ShouldBe(("cus_1", "on_session"));
    }

    [Fact]
    public void What_the_payment_says_of_it_is_documented_by_stripe()
    {
        using var spec = Specs.Open("stripe/openapi.json");
        if (spec is null) return;
        var fields = spec.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("PostPaymentIntentsRequest").GetProperty("properties");
        fields.TryGetProperty("customer", out _).ShouldBeTrue();
        fields.GetProperty("setup_future_usage").GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ShouldContain("on_session");
        fields.GetProperty("capture_method").GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ShouldContain("automatic");
    }

    [Fact]
    public async Task A_found_customer_is_used_and_nothing_is_kept_unasked()
    {
        _stripe.Answers($$$"""{"data":[{"id":"cus_9","metadata":{"hub_reference":"us_11"}},{{{Customer}}}],"has_more":false}""").Answers(Held);
        await Client().AuthorizeAsync(Request with { SaveMethod = false }, CancellationToken.None);
        (_stripe.Requests[1].Form["customer"], _stripe.Requests[1].Form.ContainsKey("setup_future_usage")).ShouldBe(("cus_1", false));
    }

    [Fact]
    public async Task A_name_cannot_change_the_question()
    {
        _stripe.Answers(None).Answers(None);
        (await Client().SavedMethodsAsync("' OR status:'x\\", CancellationToken.None)).ShouldBeEmpty();
        Uri.UnescapeDataString(_stripe.Requests[0].Uri.Query).ShouldBe(@"?query=metadata['hub_reference']:'\' OR status:\'x\\'");
    }

    [Fact]
    public async Task Without_an_answer_about_the_customer_no_money_has_moved()
    {
        _stripe.Answers(None).Answers(None).Breaks(new HttpRequestException(HttpRequestError.ResponseEnded, "reset"));
        (await Should.ThrowAsync<VendorException>(() => Client().AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
        _stripe.Requests.ShouldAllBe(sent => sent.Uri.AbsolutePath != "/v1/payment_intents");
    }

    [Fact]
    public async Task Only_a_method_of_the_customer_is_detached()
    {
        const string methods = """{"data":[{"id":"pm_1","card":{"brand":"visa","last4":"4242","exp_month":3,"exp_year":2030}},null,{"id":"pm_2"}],"has_more":false}""";
        var found = $$"""{"data":[{{Customer}}],"has_more":false}""";
        _stripe.Answers(found).Answers(methods).Answers(found).Answers(methods).Answers(found).Answers(methods).Answers("""{"id":"pm_1"}""");
        (await Client().SavedMethodsAsync("us_1", CancellationToken.None)).ShouldBe([new SavedMethod("pm_1", "card", "Visa •••• 4242", 3, 2030), new SavedMethod("pm_2", "card", "Card", null, null)]);
        await Client().ForgetMethodAsync("us_1", "pm_9", CancellationToken.None);
        await Client().ForgetMethodAsync("us_1", "pm_1", CancellationToken.None);
        _stripe.Requests.Where(sent => sent.Method == "POST").ShouldHaveSingleItem().Uri.AbsolutePath.ShouldBe("/v1/payment_methods/pm_1/detach");
    }

    [Fact]
    public async Task A_spoiled_list_is_a_list_or_a_failure()
    {
        foreach (var answer in Mutations.Of("""{"data":[{"id":"pm_1","card":{"brand":"visa","last4":"4242","exp_month":3,"exp_year":2030}}],"has_more":false}"""))
        {
            var stripe = new StubVendor().Answers($$"""{"data":[{{Customer}}],"has_more":false}""").Answers(answer);
            try
            {
                await ((IPayments)Vendors.Connect("stripe", new { apiKey = "sk_test_1" }, stripe.Client())).SavedMethodsAsync("us_1", CancellationToken.None);
            }
            catch (VendorException failure)
            {
                failure.Failure.ShouldBe(VendorFailure.Transient, answer);
            }
        }
    }

    private IPayments Client() => (IPayments)Vendors.Connect("stripe", new { apiKey = "sk_test_1" }, _stripe.Client());
}
