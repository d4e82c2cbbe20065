using System.Net;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

public sealed class AdyenSpoiledAnswersTests
{
    private const string Payment = """
        {"pspReference":"PSP1","resultCode":"Authorised","amount":{"currency":"EUR","value":1099},"merchantReference":"att_1","refusalReasonCode":"2",
         "action":{"type":"redirect","method":"GET","url":"https://bank.example/3ds"}}
        """;

    private static readonly Money Amount = new(1099, "EUR");

    public static TheoryData<string> Results => [.. "Authorised PartiallyAuthorised RedirectShopper Refused Cancelled Error Pending Received".Split(' ')];

    public static TheoryData<string> Rubbish => ["", "null", "[]", "<html>", "{", Payment[..40], $"{Payment}{Payment}", $$"""{"resultCode":"Authorised","pspReference":"{{new string('x', 2_000_000)}}"}"""];

    [Theory, MemberData(nameof(Results))]
    public async Task A_spoiled_payment_is_an_outcome_or_a_vendor_failure_and_never_a_wrong_yes(string result)
    {
        foreach (var answer in Mutations.Of(Payment.Replace("Authorised", result, StringComparison.Ordinal)))
        {
            var outcome = await TryAsync(HttpStatusCode.OK, answer, client => client.AuthorizeAsync(
                new PaymentRequest("att_1", "k", Amount, "card", "test_visa", "https://shop.example/", null), CancellationToken.None));
            (outcome is PaymentOutcome or VendorException { Failure: VendorFailure.OutcomeUnknown or VendorFailure.Rejected }).ShouldBeTrue($"{outcome} {answer}");
            if (result is not ("Authorised" or "PartiallyAuthorised")) (outcome is PaymentOutcome.Authorized or PaymentOutcome.Captured).ShouldBeFalse(answer);
        }
    }

    [Fact]
    public async Task A_spoiled_confirmation_is_an_outcome_or_unknown()
    {
        foreach (var answer in Mutations.Of(Payment))
        {
            var outcome = await TryAsync(HttpStatusCode.OK, answer, client => client.ConfirmAsync(
                new PaymentConfirmation("att_1", "k", "PSP1", DateTimeOffset.UnixEpoch, new Dictionary<string, string> { ["redirectResult"] = "x" }), CancellationToken.None));
            (outcome is PaymentOutcome or VendorException { Failure: VendorFailure.OutcomeUnknown }).ShouldBeTrue($"{outcome} {answer}");
        }
    }

    [Fact]
    public async Task A_spoiled_error_is_a_decline_or_a_vendor_failure()
    {
        foreach (var answer in Mutations.Of("""{"status":422,"errorCode":"101","message":"Invalid card number","errorType":"validation","pspReference":"PSP1"}"""))
        {
            var outcome = await TryAsync(HttpStatusCode.UnprocessableEntity, answer, client => client.AuthorizeAsync(
                new PaymentRequest("att_1", "k", Amount, "card", "test_visa", null, null), CancellationToken.None));
            (outcome is PaymentOutcome.Declined or VendorException { Failure: VendorFailure.OutcomeUnknown or VendorFailure.Rejected }).ShouldBeTrue($"{outcome} {answer}");
        }
    }

    [Fact]
    public async Task A_spoiled_receipt_is_pending_or_unknown_and_never_an_end()
    {
        foreach (var answer in Mutations.Of("""{"merchantAccount":"Shop","paymentPspReference":"PSP1","pspReference":"MOD1","status":"received"}"""))
        {
            var outcome = await TryAsync(HttpStatusCode.Created, answer, client => client.RefundAsync(new TransferRequest("ref_1", "k", "PSP1", Amount), CancellationToken.None));
            (outcome is TransferOutcome.Pending or VendorException { Failure: VendorFailure.OutcomeUnknown }).ShouldBeTrue($"{outcome} {answer}");
        }
    }

    [Fact]
    public async Task A_spoiled_list_of_kept_methods_is_a_list_or_a_failure()
    {
        foreach (var answer in Mutations.Of("""{"storedPaymentMethods":[{"id":"ABC","type":"scheme","brand":"visa","name":"VISA","lastFour":"4242","expiryMonth":"03","expiryYear":"30"}]}"""))
        {
            var outcome = await TryAsync(HttpStatusCode.OK, answer, client => client.SavedMethodsAsync("cus_1", CancellationToken.None));
            (outcome is IReadOnlyList<SavedMethod> or VendorException { Failure: VendorFailure.Transient }).ShouldBeTrue($"{outcome} {answer}");
        }
    }

    [Theory, MemberData(nameof(Rubbish))]
    public async Task Rubbish_is_unknown_to_a_change(string answer)
    {
        (await TryAsync(HttpStatusCode.OK, answer, client => client.AuthorizeAsync(new PaymentRequest("att_1", "k", Amount, "card", "test_visa", null, null), CancellationToken.None)))
            .ShouldBeOfType<VendorException>().Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        (await TryAsync(HttpStatusCode.Created, answer, client => client.CaptureAsync(new TransferRequest("cap_1", "k", "PSP1", Amount), CancellationToken.None)))
            .ShouldBeOfType<VendorException>().Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    private static async Task<object> TryAsync<T>(HttpStatusCode status, string answer, Func<IPayments, Task<T>> call)
        where T : class
    {
        try
        {
            return await call((IPayments)Vendors.Connect("adyen", new { apiKey = "k", merchantAccount = "Shop" }, new StubVendor().Answers(status, answer).Client()));
        }
        catch (VendorException failure)
        {
            return failure;
        }
    }
}
