namespace Connectors.Tests.Kit;

public abstract partial class PaymentsContract
{
    [Fact]
    public async Task Capture_part_and_release_the_rest()
    {
        var id = await AuthorizedAsync(100);
        (await CaptureAsync(id, 60)).ShouldBe(new TransferOutcome.Succeeded(id, new Money(60, "EUR")));
        var charge = (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        (charge.Captured, charge.Status).ShouldBe((60, "captured"));
        (await InquireAsync(id)).ShouldBe(new PaymentOutcome.Captured(id, new Money(60, "EUR")));
    }

    [Fact]
    public async Task Capture_with_lost_answer_collects_once_however_it_is_repeated()
    {
        var id = await AuthorizedAsync(100);
        Line.LoseAnswers();
        (await FailureOf(() => CaptureAsync(id, 100))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        var done = new TransferOutcome.Succeeded(id, new Money(100, "EUR"));
        (await CaptureAsync(id, 100)).ShouldBe(done);
        // The vendor has forgotten the key meanwhile.
        (await CaptureAsync(id, 100, key: "another")).ShouldBe(done);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(100);
    }

    [Fact]
    public async Task A_second_capture_is_refused_even_when_it_looks_like_the_first()
    {
        var id = await AuthorizedAsync(100);
        await CaptureAsync(id, 60);
        (await CaptureAsync(id, 60, reference: "cap_2")).ShouldBe(new TransferOutcome.Refused("already_captured"));
        (await CaptureAsync(id, 40, reference: "cap_3")).ShouldBe(new TransferOutcome.Refused("already_captured"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(60);
    }

    [Fact]
    public async Task Capturing_more_than_was_authorized_is_refused()
    {
        var id = await AuthorizedAsync(100);
        (await CaptureAsync(id, 101)).ShouldBe(new TransferOutcome.Refused("refused"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(0);
    }

    [Fact]
    public async Task Refund_in_parts_never_gives_back_more_than_was_captured()
    {
        var id = await CapturedAsync(100);
        (await RefundAsync(id, 30, "ref_1")).ShouldBeOfType<TransferOutcome.Succeeded>().Amount.ShouldBe(new Money(30, "EUR"));
        (await RefundAsync(id, 30, "ref_2")).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await RefundAsync(id, 50, "ref_3")).ShouldBe(new TransferOutcome.Refused("refused"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Refunded.ShouldBe(60);
        (await RefundAsync(id, 40, "ref_4")).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await RefundAsync(id, 1, "ref_5")).ShouldBe(new TransferOutcome.Refused("already_refunded"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Refunded.ShouldBe(100);
    }

    [Fact]
    public async Task Refund_with_lost_answer_gives_back_once_however_it_is_repeated()
    {
        var id = await CapturedAsync(100);
        Line.LoseAnswers();
        (await FailureOf(() => RefundAsync(id, 30, "ref_1"))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        var done = (await RefundAsync(id, 30, "ref_1")).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await RefundAsync(id, 30, "ref_1", key: "another")).ShouldBe(done);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Refunded.ShouldBe(30);
    }

    [Fact]
    public async Task Refunding_what_was_never_captured_is_refused()
    {
        var id = await AuthorizedAsync(100);
        (await RefundAsync(id, 100, "ref_1")).ShouldBe(new TransferOutcome.Refused("refused"));
    }

    [Fact]
    public async Task Void_twice_succeeds_twice_and_nothing_can_be_captured_after()
    {
        var id = await AuthorizedAsync(100);
        (await VoidAsync(id)).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await VoidAsync(id)).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await VoidAsync(id, key: "another")).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await CaptureAsync(id, 100)).ShouldBe(new TransferOutcome.Refused("refused"));
        (await InquireAsync(id)).ShouldBe(new PaymentOutcome.Declined(id, "canceled"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Status.ShouldBe("voided");
    }

    [Fact]
    public async Task Void_finds_an_authorization_whose_answer_was_lost()
    {
        Line.LoseAnswers();
        await FailureOf(() => AuthorizeAsync(100));
        (await VoidAsync(null)).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Status.ShouldBe("voided");
    }

    [Fact]
    public async Task Void_of_what_never_arrived_is_not_found() => (await VoidAsync(null)).ShouldBe(new TransferOutcome.Refused("not_found"));

    [Fact]
    public async Task Void_after_capture_is_refused()
    {
        var id = await CapturedAsync(100);
        (await VoidAsync(id)).ShouldBe(new TransferOutcome.Refused("already_captured"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(100);
    }

    [Fact]
    public async Task Transfers_of_an_unknown_payment_are_not_found()
    {
        const string unknown = "pi_unknown";
        (await CaptureAsync(unknown, 1)).ShouldBe(new TransferOutcome.Refused("not_found"));
        (await VoidAsync(unknown)).ShouldBe(new TransferOutcome.Refused("not_found"));
        (await RefundAsync(unknown, 1, "ref_1")).ShouldBe(new TransferOutcome.Refused("not_found"));
        (await InquireAsync(unknown)).ShouldBeOfType<PaymentOutcome.NotFound>();
    }

    private async Task<string> AuthorizedAsync(long amount) => (await AuthorizeAsync(amount)).ShouldBeOfType<PaymentOutcome.Authorized>().VendorId;

    private async Task<string> CapturedAsync(long amount)
    {
        var id = await AuthorizedAsync(amount);
        (await CaptureAsync(id, amount)).ShouldBeOfType<TransferOutcome.Succeeded>();
        return id;
    }

    private Task<TransferOutcome> CaptureAsync(string id, long amount, string? key = null, string reference = "cap_1") =>
        Payments.CaptureAsync(new TransferRequest(reference, $"{key}:capture:{reference}:{_reference}", id, new Money(amount, "EUR")), CancellationToken.None);

    private Task<TransferOutcome> RefundAsync(string id, long amount, string reference, string? key = null) =>
        Payments.RefundAsync(new TransferRequest(reference, $"{key}:refund:{reference}:{_reference}", id, new Money(amount, "EUR"), "Broken on arrival"), CancellationToken.None);

    private Task<TransferOutcome> VoidAsync(string? id, string? key = null) =>
        Payments.VoidAsync(new VoidRequest(_reference, $"{key}:void:{_reference}", id, _startedAt), CancellationToken.None);
}
