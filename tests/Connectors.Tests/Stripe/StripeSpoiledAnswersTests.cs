using System.Net;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Stripe;

public sealed class StripeSpoiledAnswersTests
{
    private const string Intent = """
        {"id":"pi_1","status":"requires_action","amount":1099,"amount_capturable":1099,"amount_received":0,"currency":"eur","cancellation_reason":null,"metadata":{"hub_reference":"att_1"},
         "next_action":{"redirect_to_url":{"url":"https://hooks.example/3ds"}},"last_payment_error":{"type":"card_error","code":"card_declined","payment_intent":{"id":"pi_1"}}}
        """;

    private static readonly Money Amount = new(1099, "EUR");

    public static TheoryData<string> Statuses => [.. "requires_action requires_capture requires_payment_method succeeded canceled processing".Split(' ')];

    [Theory, MemberData(nameof(Statuses))]
    public async Task A_spoiled_intent_is_an_outcome_or_a_vendor_failure_and_never_a_wrong_yes(string status)
    {
        var intent = Intent.Replace("requires_action", status, StringComparison.Ordinal);
        foreach (var answer in Mutations.Of(intent))
        {
            var outcome = await TryAsync(HttpStatusCode.OK, [answer], client => client.AuthorizeAsync(
                new PaymentRequest("att_1", "k", Amount, "card", "pm_1", null, null), CancellationToken.None));
            if (outcome is VendorException failure) failure.Failure.ShouldBe(VendorFailure.OutcomeUnknown, answer);
            if (status is "canceled" or "processing" or "requires_payment_method" or "requires_action")
                (outcome is PaymentOutcome.Authorized or PaymentOutcome.Captured).ShouldBeFalse(answer);
        }
    }

    [Fact]
    public async Task A_spoiled_error_is_a_decline_or_a_vendor_failure()
    {
        foreach (var answer in Mutations.Of("""{"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","param":"","payment_intent":{"id":"pi_1"}}}"""))
        {
            var outcome = await TryAsync(HttpStatusCode.PaymentRequired, [answer], client => client.AuthorizeAsync(
                new PaymentRequest("att_1", "k", Amount, "card", "pm_1", null, null), CancellationToken.None));
            (outcome is PaymentOutcome.Declined or VendorException { Failure: VendorFailure.OutcomeUnknown or VendorFailure.Rejected }).ShouldBeTrue(answer);
        }
    }

    [Fact]
    public async Task A_spoiled_list_never_hides_a_payment_behind_another_kind_of_failure()
    {
        foreach (var answer in Mutations.Of($$"""{"data":[{{Intent}}],"has_more":false}"""))
        {
            var outcome = await TryAsync(HttpStatusCode.OK, [answer, answer, answer], client => client.InquireAsync(
                new PaymentInquiry("att_1", null, DateTimeOffset.UnixEpoch), CancellationToken.None));
            (outcome is PaymentOutcome or VendorException { Failure: VendorFailure.Transient }).ShouldBeTrue($"{outcome} {answer}");
        }
    }

    [Fact]
    public async Task A_spoiled_refund_is_an_outcome_or_unknown()
    {
        foreach (var answer in Mutations.Of("""{"id":"re_1","status":"succeeded","amount":1099,"currency":"eur","metadata":{}}"""))
        {
            var outcome = await TryAsync(HttpStatusCode.OK, ["""{"data":[],"has_more":false}""", answer], client => client.RefundAsync(
                new TransferRequest("ref_1", "k", "pi_1", Amount), CancellationToken.None));
            (outcome is TransferOutcome or VendorException { Failure: VendorFailure.OutcomeUnknown }).ShouldBeTrue($"{outcome} {answer}");
        }
    }

    private static async Task<object> TryAsync<T>(HttpStatusCode status, string[] answers, Func<IPayments, Task<T>> call)
        where T : class
    {
        var stripe = new StubVendor();
        // A list that claims more pages is asked for them: an honest empty page ends that.
        foreach (var answer in answers) stripe.Answers(status, answer);
        for (var page = 0; page < 20; page++) stripe.Answers("""{"data":[],"has_more":false}""");
        try
        {
            return await call((IPayments)Vendors.Connect("stripe", new { apiKey = "sk_test_1" }, stripe.Client()));
        }
        catch (VendorException failure)
        {
            return failure;
        }
    }
}
