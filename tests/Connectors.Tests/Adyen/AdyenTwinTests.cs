using Connectors.Tests.Kit;

namespace Connectors.Tests.Adyen;

/// <summary>What the simulated Adyen can be made to do after it has answered, as the connector and its notices show it.</summary>
public sealed class AdyenTwinTests(VendorSandbox sandbox) : IClassFixture<VendorSandbox>
{
    private readonly string _reference = $"att_{Guid.NewGuid():N}";

    private IPayments Payments => (IPayments)Vendors.Connect(
        "adyen",
        new { apiKey = "key", merchantAccount = VendorSandbox.MerchantAccount, hmacKey = VendorSandbox.HmacKey, baseUrl = $"{sandbox.Address}/adyen/v72" },
        new HttpClient { Timeout = TimeSpan.FromSeconds(10) });

    [Theory]
    [InlineData("test_visa", typeof(PaymentOutcome.Authorized))]
    [InlineData("pm_card_visa", typeof(PaymentOutcome.Authorized))]
    [InlineData("pm_card_mastercard", typeof(PaymentOutcome.Authorized))]
    [InlineData("pm_card_visa_chargeDeclined", typeof(PaymentOutcome.Declined))]
    [InlineData("pm_card_chargeDeclinedInsufficientFunds", typeof(PaymentOutcome.Declined))]
    [InlineData("pm_card_authenticationRequired", typeof(PaymentOutcome.ActionNeeded))]
    [InlineData("no_such_method", typeof(PaymentOutcome.Declined))]
    [InlineData("""{"type":"scheme","encryptedCardNumber":"test_5555555555554444","encryptedExpiryMonth":"test_03","encryptedExpiryYear":"test_2030"}""", typeof(PaymentOutcome.Authorized))]
    [InlineData("""{"type":"scheme","encryptedCardNumber":"test_4111111111111111","encryptedExpiryMonth":"test_03","encryptedExpiryYear":"test_2030","holderName":"DECLINED"}""", typeof(PaymentOutcome.Declined))]
    [InlineData("""{"type":"scheme","encryptedCardNumber":"test_1","encryptedExpiryMonth":"test_03","encryptedExpiryYear":"test_2030"}""", typeof(PaymentOutcome.Declined))]
    public async Task Test_methods_behave_as_they_are_called(string token, Type outcome) => (await PayAsync(token)).ShouldBeOfType(outcome);

    [Fact]
    public async Task A_capture_can_be_made_to_fail()
    {
        var payment = await AuthorizedAsync();
        await sandbox.TellAsync("/_settle/adyen", new { operation = "capture", outcome = "fail", times = 1 });
        var failed = await EndOfAsync(await CaptureAsync(payment, "one"), "CAPTURE");
        (failed.Succeeded, failed.Reference, failed.VendorId, (await ChargeAsync()).Captured).ShouldBe((false, "cap_one", payment, 0));
        (await EndOfAsync(await CaptureAsync(payment, "two"), "CAPTURE")).Succeeded.ShouldBeTrue();
        (await ChargeAsync()).Captured.ShouldBe(1099);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_capture_can_be_held_and_ended_later(bool succeeds)
    {
        var payment = await AuthorizedAsync();
        await sandbox.TellAsync("/_settle/adyen", new { operation = "capture", outcome = "hold", times = 1 });
        var capture = await CaptureAsync(payment, "one");
        (await ChargeAsync()).Captured.ShouldBe(0);
        await sandbox.TellAsync($"/_settle/adyen/{capture}", new { succeeds });
        (await EndOfAsync(capture, "CAPTURE")).Succeeded.ShouldBe(succeeds);
        (await ChargeAsync()).Captured.ShouldBe(succeeds ? 1099 : 0);
    }

    [Fact]
    public async Task A_refund_that_had_succeeded_can_fail_after_all()
    {
        var payment = await CapturedAsync();
        var refund = await RefundAsync(payment, 99);
        (await EndOfAsync(refund, "REFUND")).Succeeded.ShouldBeTrue();
        (await ChargeAsync()).Refunded.ShouldBe(99);
        await sandbox.TellAsync($"/_settle/adyen/{refund}", new { succeeds = false });
        (await EndOfAsync(refund, "REFUND_FAILED")).Succeeded.ShouldBeFalse();
        (await ChargeAsync()).Refunded.ShouldBe(0);
    }

    [Fact]
    public async Task A_cancel_that_came_before_its_payment_fails_and_looks_anew_when_it_is_repeated()
    {
        var request = new VoidRequest(_reference, $"void:{_reference}", null, DateTimeOffset.UnixEpoch);
        var early = (await Payments.VoidAsync(request, CancellationToken.None)).ShouldBeOfType<TransferOutcome.Pending>().VendorId;
        (await EndOfAsync(early, "TECHNICAL_CANCEL")).ShouldBe(new VendorNotice.TransferChanged(TransferKind.Void, early, _reference, "", false, Money.Zero("EUR")));
        await AuthorizedAsync();
        var again = (await Payments.VoidAsync(request, CancellationToken.None)).ShouldBeOfType<TransferOutcome.Pending>().VendorId;
        (await EndOfAsync(again, "TECHNICAL_CANCEL")).Succeeded.ShouldBeTrue();
        (await ChargeAsync()).Status.ShouldBe("voided");
    }

    [Fact]
    public async Task Held_behind_the_page_only_what_the_shopper_brings_back_decides()
    {
        var action = (await PayAsync("test_3ds_redirect")).ShouldBeOfType<PaymentOutcome.ActionNeeded>();
        await sandbox.TellAsync("/_settle/adyen", new { operation = "authorize", outcome = "hold", times = 1 });
        var brought = await VendorSandbox.AnswerPageAsync(action.Url, confirms: true);
        (await ChargeAsync()).Status.ShouldBe("action_required");
        (await Payments.ConfirmAsync(new PaymentConfirmation(_reference, "k", action.VendorId, DateTimeOffset.UnixEpoch, brought), CancellationToken.None))
            .ShouldBe(new PaymentOutcome.Authorized(action.VendorId, new Money(1099, "EUR")));
        (await ChargeAsync()).Status.ShouldBe("authorized");
    }

    [Fact]
    public async Task Books_and_answers_and_undelivered_notices_survive_a_restart()
    {
        await sandbox.TellAsync("/_webhooks", new { vendor = "adyen", delayMs = 600_000 });
        var first = await PayAsync("test_visa");
        var captured = await CaptureAsync(((PaymentOutcome.Authorized)first).VendorId, "one");
        await sandbox.RestartAsync();
        (await PayAsync("test_visa")).ShouldBe(first);
        (await ChargeAsync()).Captured.ShouldBe(1099);
        (await EndOfAsync(captured, "CAPTURE")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Notices_can_come_again_and_in_one_request()
    {
        var payment = await AuthorizedAsync();
        var capture = await CaptureAsync(payment, "one");
        await EndOfAsync(capture, "CAPTURE");
        sandbox.Notices.ForgetRead();
        await sandbox.TellAsync("/_webhooks/adyen/redeliver", new { events = new[] { $"{payment}:AUTHORISATION:true", $"{capture}:CAPTURE:true" } });
        (await EndOfAsync(capture, "CAPTURE")).Succeeded.ShouldBeTrue();
        (await NoticeAsync(read => read.EventId == $"{payment}:AUTHORISATION:true")).Notice.ShouldBeOfType<VendorNotice.PaymentChanged>().Reference.ShouldBe(_reference);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dispute_opens_over_what_was_collected_and_closes(bool won)
    {
        var payment = await CapturedAsync();
        var dispute = (await sandbox.TellAsync("/_dispute/adyen", new { pspReference = payment })).GetProperty("dispute").GetString();
        (await NoticeAsync(read => read.Notice is VendorNotice.DisputeOpened opened && opened.DisputeId == dispute)).Notice
            .ShouldBeOfType<VendorNotice.DisputeOpened>().ShouldSatisfyAllConditions(opened => opened.VendorId.ShouldBe(payment), opened => opened.Amount.ShouldBe(new Money(1099, "EUR")));
        await sandbox.TellAsync("/_dispute/adyen", new { dispute, won });
        (await NoticeAsync(read => read.Notice is VendorNotice.DisputeClosed closed && closed.DisputeId == dispute)).Notice.ShouldBe(new VendorNotice.DisputeClosed(dispute!, payment, won));
    }

    [Fact]
    public async Task The_account_and_the_key_are_checked()
    {
        await Payments.CheckAsync(CancellationToken.None);
        foreach (var (apiKey, merchantAccount) in new[] { ("invalid", VendorSandbox.MerchantAccount), ("key", "AnotherShop") })
        {
            var stranger = (IPayments)Vendors.Connect("adyen", new { apiKey, merchantAccount, baseUrl = $"{sandbox.Address}/adyen/v72" }, new HttpClient());
            (await Should.ThrowAsync<VendorException>(() => stranger.CheckAsync(CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
        }
    }

    private Task<PaymentOutcome> PayAsync(string token) =>
        Payments.AuthorizeAsync(new PaymentRequest(_reference, $"hub:{_reference}", new Money(1099, "EUR"), "card", token, "https://shop.example/back?order=1", null), CancellationToken.None);

    private async Task<string> AuthorizedAsync() => (await PayAsync("test_visa")).ShouldBeOfType<PaymentOutcome.Authorized>().VendorId;

    private async Task<string> CapturedAsync()
    {
        var payment = await AuthorizedAsync();
        await CaptureAsync(payment, "all");
        return payment;
    }

    private async Task<string> CaptureAsync(string payment, string name) =>
        (await Payments.CaptureAsync(new TransferRequest($"cap_{name}", $"{name}:{_reference}", payment, new Money(1099, "EUR")), CancellationToken.None)).ShouldBeOfType<TransferOutcome.Pending>().VendorId;

    private async Task<string> RefundAsync(string payment, long amount) =>
        (await Payments.RefundAsync(new TransferRequest("ref_1", $"refund:{_reference}", payment, new Money(amount, "EUR")), CancellationToken.None)).ShouldBeOfType<TransferOutcome.Pending>().VendorId;

    private async Task<VendorNotice.TransferChanged> EndOfAsync(string transfer, string type) =>
        (VendorNotice.TransferChanged)(await NoticeAsync(read => read.Type == type && read.Notice is VendorNotice.TransferChanged changed && changed.TransferId == transfer)).Notice;

    private Task<WebhookReading.Verified> NoticeAsync(Predicate<WebhookReading.Verified> wanted) => sandbox.Notices.FirstAsync((IWebhooks)Payments, wanted);

    private async Task<LedgerCharge> ChargeAsync() => (await sandbox.ChargesAsync("adyen", _reference)).ShouldHaveSingleItem();
}
