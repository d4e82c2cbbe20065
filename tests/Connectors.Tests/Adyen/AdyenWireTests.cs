using System.Net;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

public sealed class AdyenWireTests
{
    private const string Authorised = """{"pspReference":"PSP1","resultCode":"Authorised","amount":{"currency":"EUR","value":1099},"merchantReference":"att_1"}""";

    private readonly StubVendor _adyen = new();

    private static PaymentRequest Request => new("att_1", "hub:att_1", new Money(1099, "EUR"), "card", "8416038790273850", "https://shop.example/back?a=1&b=2", "Order 7");

    public static TheoryData<int, string, VendorFailure> Failures => new()
    {
        { 400, "702", VendorFailure.Rejected },
        { 422, "14_030", VendorFailure.Rejected },
        { 422, "704", VendorFailure.OutcomeUnknown },
        { 422, "703", VendorFailure.OutcomeUnknown },
        { 401, "000", VendorFailure.Misconfigured },
        { 403, "901", VendorFailure.Misconfigured },
        { 429, "000", VendorFailure.RateLimited },
        { 500, "905", VendorFailure.OutcomeUnknown },
    };

    public static TheoryData<string, PaymentOutcome> Results => new()
    {
        { Authorised, new PaymentOutcome.Authorized("PSP1", new Money(1099, "EUR")) },
        { """{"pspReference":"PSP1","resultCode":"Authorised","amount":{"currency":"USD","value":1}}""", new PaymentOutcome.Authorized("PSP1", new Money(1, "USD")) },
        { """{"pspReference":"PSP1","resultCode":"Authorised"}""", new PaymentOutcome.Authorized("PSP1", new Money(1099, "EUR")) },
        { """{"pspReference":"PSP1","resultCode":"PartiallyAuthorised","amount":{"currency":"EUR","value":600}}""", new PaymentOutcome.Authorized("PSP1", new Money(600, "EUR")) },
        { """{"pspReference":"PSP1","resultCode":"PartiallyAuthorised"}""", new PaymentOutcome.Pending("PSP1") },
        { """{"pspReference":"PSP1","resultCode":"Refused","refusalReasonCode":"2"}""", new PaymentOutcome.Declined("PSP1", "card_declined") },
        { """{"pspReference":"PSP1","resultCode":"Refused","refusalReasonCode":"20"}""", new PaymentOutcome.Declined("PSP1", "card_declined") },
        { """{"pspReference":"PSP1","resultCode":"Refused","refusalReasonCode":"12"}""", new PaymentOutcome.Declined("PSP1", "insufficient_funds") },
        { """{"pspReference":"PSP1","resultCode":"Refused","refusalReasonCode":"6"}""", new PaymentOutcome.Declined("PSP1", "expired_card") },
        { """{"pspReference":"PSP1","resultCode":"Refused","refusalReasonCode":"11"}""", new PaymentOutcome.Declined("PSP1", "authentication_failed") },
        { """{"pspReference":"PSP1","resultCode":"Cancelled"}""", new PaymentOutcome.Declined("PSP1", "canceled") },
        { """{"resultCode":"Refused"}""", new PaymentOutcome.Declined(null, "card_declined") },
        { """{"pspReference":"PSP1","resultCode":"Received"}""", new PaymentOutcome.Pending("PSP1") },
        { """{"pspReference":"PSP1","resultCode":"IdentifyShopper","action":{"type":"threeDS2"}}""", new PaymentOutcome.Pending("PSP1") },
        { """{"pspReference":"PSP1","resultCode":"A_result_of_next_year"}""", new PaymentOutcome.Pending("PSP1") },
        { """{"pspReference":"PSP1","resultCode":"RedirectShopper","action":{"type":"redirect","method":"POST","url":"https://bank.example/3ds"}}""", new PaymentOutcome.Pending("PSP1") },
        { """{"pspReference":"PSP1","resultCode":"RedirectShopper","action":{"type":"redirect","method":"GET","url":"javascript:alert(1)"}}""", new PaymentOutcome.Pending("PSP1") },
        {
            """{"pspReference":"PSP1","resultCode":"RedirectShopper","action":{"type":"redirect","method":"GET","url":"https://bank.example/3ds"}}""",
            new PaymentOutcome.ActionNeeded("PSP1", new Uri("https://bank.example/3ds"))
        },
    };

    [Theory]
    [InlineData("http://localhost:5090/adyen/v72")]
    [InlineData("http://localhost:5090/adyen/v72/")]
    [InlineData("https://checkout-test.adyen.com/v72")]
    public async Task The_request_is_one_keyed_document_below_the_base_url(string baseUrl)
    {
        _adyen.Answers(Authorised);
        await Client(baseUrl).AuthorizeAsync(Request, CancellationToken.None);
        var sent = _adyen.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Uri.AbsoluteUri, sent.ContentType).ShouldBe(("POST", $"{baseUrl.TrimEnd('/')}/payments", "application/json"));
        (sent.Headers["X-API-Key"], sent.Headers["Idempotency-Key"]).ShouldBe(("key_1", "hub:att_1"));
        sent.Body.ShouldBe("""
            {"amount":{"currency":"EUR","value":1099},"merchantAccount":"Shop","paymentMethod":{"type":"scheme","storedPaymentMethodId":"8416038790273850"},"reference":"att_1",
            "returnUrl":"https://shop.example/back?a=1\u0026b=2","channel":"Web","authenticationData":{"threeDSRequestData":{"nativeThreeDS":"disabled"}},
            "additionalData":{"manualCapture":"true"},"metadata":{"description":"Order 7"},"shopperInteraction":"ContAuth"}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Collecting_at_once_and_keeping_the_method_are_said_in_the_request()
    {
        _adyen.Answers(Authorised);
        const string form = """{"type":"scheme","encryptedCardNumber":"test_4111111111111111","encryptedExpiryMonth":"test_03","encryptedExpiryYear":"test_2030","encryptedSecurityCode":"test_737"}""";
        (await Client().AuthorizeAsync(Request with { MethodToken = form, Capture = true, Customer = "cus_1", SaveMethod = true }, CancellationToken.None)).ShouldBeOfType<PaymentOutcome.Captured>();
        using var body = JsonDocument.Parse(_adyen.Requests.ShouldHaveSingleItem().Body);
        var root = body.RootElement;
        (root.GetProperty("captureDelayHours").GetInt32(), root.TryGetProperty("additionalData", out _), root.GetProperty("metadata").GetProperty("hub_capture").GetString()).ShouldBe((0, false, "at_once"));
        (root.GetProperty("shopperReference").GetString(), root.GetProperty("storePaymentMethod").GetBoolean(), root.GetProperty("recurringProcessingModel").GetString(), root.GetProperty("shopperInteraction").GetString())
            .ShouldBe(("cus_1", true, "CardOnFile", "Ecommerce"));
        root.GetProperty("paymentMethod").GetRawText().ShouldBe(form);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"type":"scheme"}""")]
    [InlineData("""{"type":"scheme","number":"4111111111111111","expiryMonth":"03","expiryYear":"2030","cvc":"737"}""")]
    [InlineData("""{"type":"scheme","encryptedCardNumber":"a","encryptedExpiryMonth":"b","encryptedExpiryYear":"c","cvc":"737"}""")]
    [InlineData("""{"type":"giftcard","encryptedCardNumber":"a","encryptedExpiryMonth":"b","encryptedExpiryYear":"c"}""")]
    [InlineData("an id with spaces")]
    [InlineData("an_id_of_more_than_sixty_four_letters_which_no_kept_method_can_have_at_all")]
    public async Task What_is_no_kept_and_no_encrypted_method_never_leaves(string token)
    {
        (await Client().AuthorizeAsync(Request with { MethodToken = token }, CancellationToken.None)).ShouldBe(new PaymentOutcome.Declined(null, "card_declined"));
        _adyen.Requests.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Results))]
    public async Task Only_an_explicit_yes_or_no_is_one(string answer, PaymentOutcome outcome)
    {
        _adyen.Answers(answer);
        (await Client().AuthorizeAsync(Request, CancellationToken.None)).ShouldBe(outcome);
    }

    [Fact]
    public async Task Without_an_address_to_come_back_to_nobody_is_sent_away()
    {
        _adyen.Answers("""{"pspReference":"PSP1","resultCode":"RedirectShopper","action":{"type":"redirect","method":"GET","url":"https://bank.example/3ds"}}""");
        (await Client().AuthorizeAsync(Request with { ReturnUrl = null }, CancellationToken.None)).ShouldBe(new PaymentOutcome.Pending("PSP1"));
    }

    [Theory]
    [InlineData("""{"pspReference":"PSP1","resultCode":"Authorised","merchantReference":"att_2"}""")]
    [InlineData("""{"pspReference":"PSP1","resultCode":"Refused","merchantReference":"att_2"}""")]
    public async Task The_answer_to_another_request_is_no_answer_to_this_one(string answer)
    {
        _adyen.Answers(answer);
        (await FailureOf(Client().AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Rejected);
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task Errors_become_the_kind_that_decides_the_next_move(int status, string code, VendorFailure failure)
    {
        _adyen.Answers((HttpStatusCode)status, $$"""{"status":{{status}},"errorCode":"{{code}}","message":"not for our eyes","errorType":"validation"}""");
        var thrown = await FailureOf(Client().AuthorizeAsync(Request, CancellationToken.None));
        thrown.Failure.ShouldBe(failure);
        thrown.ToString().ShouldNotContain("not for our eyes");
    }

    [Fact]
    public async Task A_method_that_does_not_exist_is_the_shoppers_to_change()
    {
        _adyen.Answers(HttpStatusCode.UnprocessableEntity, """{"status":422,"errorCode":"803","message":"PaymentDetail not found","errorType":"validation"}""");
        (await Client().AuthorizeAsync(Request, CancellationToken.None)).ShouldBe(new PaymentOutcome.Declined(null, "card_declined"));
    }

    [Fact]
    public async Task A_proxys_error_page_proves_nothing()
    {
        _adyen.Answers(HttpStatusCode.BadRequest, "<html>", "text/html").Answers(HttpStatusCode.NotFound, "<html>", "text/html");
        (await FailureOf(Client().AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        (await FailureOf(Client().AuthorizeAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    private static Task<VendorException> FailureOf(Task call) => Should.ThrowAsync<VendorException>(call);

    private IPayments Client(string baseUrl = "https://checkout-test.adyen.com/v72") =>
        (IPayments)Vendors.Connect("adyen", new { apiKey = "key_1", merchantAccount = "Shop", baseUrl }, _adyen.Client());
}
