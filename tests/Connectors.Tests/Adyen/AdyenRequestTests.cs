using System.Net;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

/// <summary>What leaves besides the payment itself: keys, confirmations, transfers, kept methods, and that Adyen documents all of it.</summary>
public sealed class AdyenRequestTests
{
    private const string Authorised = """{"pspReference":"PSP1","resultCode":"Authorised","amount":{"currency":"EUR","value":1099},"merchantReference":"att_1"}""";

    private readonly StubVendor _adyen = new();

    private static PaymentRequest Request => new("att_1", "hub:att_1", new Money(1099, "EUR"), "card", "8416038790273850", "https://shop.example/back", "Order 7");

    [Fact]
    public async Task A_key_that_is_too_long_is_shortened_to_the_same_one_every_time()
    {
        var request = Request with { IdempotencyKey = $"hub:{new string('x', 61)}" };
        _adyen.Answers(Authorised).Answers(Authorised).Answers(Authorised);
        await Client().AuthorizeAsync(request, CancellationToken.None);
        await Client().AuthorizeAsync(request, CancellationToken.None);
        await Client().AuthorizeAsync(request with { IdempotencyKey = $"hub:{new string('x', 60)}y" }, CancellationToken.None);
        var keys = _adyen.Requests.Select(sent => sent.Headers["Idempotency-Key"]).ToList();
        keys.ShouldAllBe(key => key.Length <= 64);
        keys[0].ShouldBe(keys[1]);
        keys[0].ShouldNotBe(keys[2]);
    }

    [Fact]
    public async Task Everything_is_keyed_but_a_cancel_by_reference_which_must_look_anew()
    {
        await TransferAsync();
        _adyen.Requests.Select(request => (request.Uri.AbsolutePath, request.Headers.GetValueOrDefault("Idempotency-Key"))).ShouldBe([
            ("/v72/payments/PSP1/captures", "k1"), ("/v72/payments/PSP1/refunds", "k2"), ("/v72/payments/PSP1/cancels", "k3"), ("/v72/cancels", null),
        ]);
    }

    [Fact]
    public async Task Bodies_satisfy_the_vendors_own_schema()
    {
        using var spec = Specs.Open("adyen/openapi.json");
        if (spec is null) return;
        await TransferAsync();
        _adyen.Answers(Authorised).Answers(Authorised).Answers(Authorised).Answers("{}");
        var client = Client();
        await client.AuthorizeAsync(Request with { Customer = "cus_1" }, CancellationToken.None);
        await client.AuthorizeAsync(Request with { Customer = "cus_1", SaveMethod = true, Capture = true, ReturnUrl = null, MethodToken = """{"type":"scheme","encryptedCardNumber":"a","encryptedExpiryMonth":"b","encryptedExpiryYear":"c","holderName":"d"}""" }, CancellationToken.None);
        await client.ConfirmAsync(Confirmation("X6XtfGC3!Y"), CancellationToken.None);
        await client.CheckAsync(CancellationToken.None);
        string[] schemas =
        [
            "PaymentCaptureRequest", "PaymentRefundRequest", "PaymentCancelRequest", "StandalonePaymentCancelRequest", "PaymentRequest", "PaymentRequest", "PaymentDetailsRequest", "PaymentMethodsRequest",
        ];
        foreach (var (request, name) in _adyen.Requests.Zip(schemas))
        {
            spec.RootElement.GetProperty("paths").TryGetProperty(request.Uri.AbsolutePath["/v72".Length..].Replace("PSP1", "{paymentPspReference}", StringComparison.Ordinal), out _).ShouldBeTrue(request.Uri.ToString());
            var schema = await Specs.SchemaAsync(spec.RootElement, name);
            schema.Validate(request.Body).ShouldBeEmpty($"{name}: {request.Body}");
        }

        // A schema that lets everything through would prove nothing.
        (await Specs.SchemaAsync(spec.RootElement, "PaymentRequest")).Validate("""{"amount":{"currency":"EUR"},"unknown":1}""").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_result_brought_back_from_another_payment_decides_nothing()
    {
        _adyen.Answers("""{"pspReference":"PSP2","resultCode":"Authorised","amount":{"currency":"EUR","value":1},"merchantReference":"att_2"}""")
            .Answers("""{"pspReference":"PSP2","resultCode":"Authorised","amount":{"currency":"EUR","value":1}}""")
            .Answers("""{"resultCode":"Authorised","amount":{"currency":"EUR","value":1}}""")
            .Answers(HttpStatusCode.UnprocessableEntity, """{"status":422,"errorCode":"14_006","message":"invalid","errorType":"validation"}""")
            .Answers("""{"pspReference":"PSP1","resultCode":"Authorised","amount":{"currency":"EUR","value":1099}}""");
        for (var forged = 0; forged < 4; forged++) (await Client().ConfirmAsync(Confirmation("result"), CancellationToken.None)).ShouldBe(new PaymentOutcome.Pending("PSP1"));
        (await Client().ConfirmAsync(Confirmation("result"), CancellationToken.None)).ShouldBe(new PaymentOutcome.Authorized("PSP1", new Money(1099, "EUR")));
    }

    [Fact]
    public async Task What_was_to_be_collected_at_once_is_collected_behind_the_page()
    {
        _adyen.Answers(Authorised);
        (await Client().ConfirmAsync(Confirmation("result") with { Capture = true }, CancellationToken.None)).ShouldBe(new PaymentOutcome.Captured("PSP1", new Money(1099, "EUR")));
    }

    [Fact]
    public async Task The_same_thing_brought_back_has_the_same_key_and_another_thing_another()
    {
        for (var time = 0; time < 3; time++) _adyen.Answers(Authorised);
        foreach (var result in new[] { "one", "one", "two" }) await Client().ConfirmAsync(Confirmation(result), CancellationToken.None);
        var keys = _adyen.Requests.Select(sent => sent.Headers["Idempotency-Key"]).ToList();
        (keys[0] == keys[1], keys[0] == keys[2], keys[0] == "hub:att_1").ShouldBe((true, false, false));
    }

    [Fact]
    public async Task Kept_methods_are_listed_as_a_shopper_knows_them_and_forgotten_without_a_body()
    {
        _adyen.Answers("""
            {"storedPaymentMethods":[{"id":"ABC","type":"scheme","brand":"visa","lastFour":"4242","expiryMonth":"3","expiryYear":"30"},null,{"brand":"visa"},
             {"id":"DEF","type":"scheme","brand":"mc","lastFour":"5555444433331111","expiryMonth":"x"},{"id":"GHI","type":"sepadirectdebit","name":"SEPA","expiryYear":"2031"}]}
            """).Answers(HttpStatusCode.NoContent, "").Answers(HttpStatusCode.UnprocessableEntity, """{"errorCode":"803"}""");
        (await Client().SavedMethodsAsync("cus 1", CancellationToken.None)).ShouldBe([
            new SavedMethod("ABC", "card", "Visa •••• 4242", 3, 2030), new SavedMethod("DEF", "card", "Mastercard", null, null), new SavedMethod("GHI", "sepadirectdebit", "SEPA", null, 2031),
        ]);
        await Client().ForgetMethodAsync("cus 1", "ABC", CancellationToken.None);
        await Client().ForgetMethodAsync("cus 1", "ABC", CancellationToken.None);
        _adyen.Requests.Select(sent => $"{sent.Method} {sent.Uri.PathAndQuery}").ShouldBe([
            "GET /v72/storedPaymentMethods?merchantAccount=Shop&shopperReference=cus%201",
            "DELETE /v72/storedPaymentMethods/ABC?merchantAccount=Shop&shopperReference=cus%201",
            "DELETE /v72/storedPaymentMethods/ABC?merchantAccount=Shop&shopperReference=cus%201",
        ]);
    }

    private static PaymentConfirmation Confirmation(string result) =>
        new("att_1", "hub:att_1", "PSP1", DateTimeOffset.UnixEpoch, new Dictionary<string, string> { ["redirectResult"] = result });

    private async Task TransferAsync()
    {
        for (var time = 0; time < 4; time++) _adyen.Answers(HttpStatusCode.Created, """{"pspReference":"MOD1","status":"received"}""");
        var (client, one) = (Client(), new Money(1, "EUR"));
        (await client.CaptureAsync(new TransferRequest("cap_1", "k1", "PSP1", one), CancellationToken.None)).ShouldBe(new TransferOutcome.Pending("MOD1"));
        await client.RefundAsync(new TransferRequest("ref_1", "k2", "PSP1", one, "Broken"), CancellationToken.None);
        await client.VoidAsync(new VoidRequest("att_1", "k3", "PSP1", DateTimeOffset.UnixEpoch), CancellationToken.None);
        await client.VoidAsync(new VoidRequest("att_1", "k4", null, DateTimeOffset.UnixEpoch), CancellationToken.None);
    }

    private IPayments Client() => (IPayments)Vendors.Connect("adyen", new { apiKey = "key_1", merchantAccount = "Shop" }, _adyen.Client());
}
