namespace Connectors.Tests.Kit;

public abstract partial class PaymentsContract
{
    /// <summary>Whether the provider only accepts captures, refunds and voids, and tells by notice how they ended. Otherwise each answer must be the end of it.</summary>
    protected virtual bool TransfersEndByNotice => false;

    [Fact]
    public async Task Capture_part_and_release_the_rest()
    {
        var id = await AuthorizedAsync(100);
        await SucceedsAsync(TransferKind.Capture, id, 60, await CaptureAsync(id, 60));
        var charge = (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        (charge.Captured, charge.Status).ShouldBe((60, "captured"));
        if (Payments.Limits.FindsByReference) (await InquireAsync(id)).ShouldBe(new PaymentOutcome.Captured(id, new Money(60, "EUR")));
    }

    [Fact]
    public async Task Capture_with_lost_answer_collects_once_however_it_is_repeated()
    {
        var id = await AuthorizedAsync(100);
        Line.LoseAnswers();
        (await FailureOf(() => CaptureAsync(id, 100))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        var done = await CaptureAsync(id, 100);
        await SucceedsAsync(TransferKind.Capture, id, 100, done);
        (await CaptureAsync(id, 100)).ShouldBe(done);
        // The vendor has forgotten the key meanwhile. One that cannot be asked for its captures says that there is nothing left to capture.
        var again = await CaptureAsync(id, 100, key: "another");
        if (TransfersEndByNotice) await RefusedAsync(TransferKind.Capture, "already_captured", again);
        else again.ShouldBe(done);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(100);
    }

    [Fact]
    public async Task A_second_capture_is_refused_even_when_it_looks_like_the_first()
    {
        var id = await AuthorizedAsync(100);
        await SucceedsAsync(TransferKind.Capture, id, 60, await CaptureAsync(id, 60));
        await RefusedAsync(TransferKind.Capture, "already_captured", await CaptureAsync(id, 60, reference: "cap_2"));
        await RefusedAsync(TransferKind.Capture, "already_captured", await CaptureAsync(id, 40, reference: "cap_3"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(60);
    }

    [Fact]
    public async Task Capturing_more_than_was_authorized_is_refused()
    {
        var id = await AuthorizedAsync(100);
        await RefusedAsync(TransferKind.Capture, "refused", await CaptureAsync(id, 101));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(0);
    }

    [Fact]
    public async Task Refund_in_parts_never_gives_back_more_than_was_captured()
    {
        var id = await CapturedAsync(100);
        await SucceedsAsync(TransferKind.Refund, id, 30, await RefundAsync(id, 30, "ref_1"));
        await SucceedsAsync(TransferKind.Refund, id, 30, await RefundAsync(id, 30, "ref_2"));
        await RefusedAsync(TransferKind.Refund, "refused", await RefundAsync(id, 50, "ref_3"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Refunded.ShouldBe(60);
        await SucceedsAsync(TransferKind.Refund, id, 40, await RefundAsync(id, 40, "ref_4"));
        await RefusedAsync(TransferKind.Refund, "already_refunded", await RefundAsync(id, 1, "ref_5"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Refunded.ShouldBe(100);
    }

    [Fact]
    public async Task Refund_with_lost_answer_gives_back_once_however_it_is_repeated()
    {
        var id = await CapturedAsync(100);
        Line.LoseAnswers();
        (await FailureOf(() => RefundAsync(id, 30, "ref_1"))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        var done = await RefundAsync(id, 30, "ref_1");
        await SucceedsAsync(TransferKind.Refund, id, 30, done);
        (await RefundAsync(id, 30, "ref_1")).ShouldBe(done);
        // Only a vendor whose refunds can be read finds the refund again once it has forgotten the key; with the others the key is all there is.
        if (!TransfersEndByNotice) (await RefundAsync(id, 30, "ref_1", key: "another")).ShouldBe(done);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Refunded.ShouldBe(30);
    }

    [Fact]
    public async Task Refunding_what_was_never_captured_is_refused()
    {
        var id = await AuthorizedAsync(100);
        await RefusedAsync(TransferKind.Refund, "refused", await RefundAsync(id, 100, "ref_1"));
    }

    [Fact]
    public async Task Void_twice_succeeds_twice_and_nothing_can_be_captured_after()
    {
        var id = await AuthorizedAsync(100);
        var done = await VoidAsync(id);
        await SucceedsAsync(TransferKind.Void, id, 100, done);
        (await VoidAsync(id)).ShouldBe(done);
        await SucceedsAsync(TransferKind.Void, id, 100, await VoidAsync(id, key: "another"));
        await RefusedAsync(TransferKind.Capture, "refused", await CaptureAsync(id, 100));
        if (Payments.Limits.FindsByReference) (await InquireAsync(id)).ShouldBe(new PaymentOutcome.Declined(id, "canceled"));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Status.ShouldBe("voided");
    }

    [Fact]
    public async Task Void_finds_an_authorization_whose_answer_was_lost()
    {
        Line.LoseAnswers();
        await FailureOf(() => AuthorizeAsync(100));
        var charge = (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        await SucceedsAsync(TransferKind.Void, charge.Id, 100, await VoidAsync(null));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Status.ShouldBe("voided");
    }

    [Fact]
    public async Task Void_of_what_never_arrived_is_not_found() => await RefusedAsync(TransferKind.Void, "not_found", await VoidAsync(null));

    [Fact]
    public async Task Void_after_capture_is_refused()
    {
        var id = await CapturedAsync(100);
        await RefusedAsync(TransferKind.Void, "already_captured", await VoidAsync(id));
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Captured.ShouldBe(100);
    }

    [Fact]
    public async Task Transfers_of_an_unknown_payment_are_not_found()
    {
        const string unknown = "pi_unknown";
        (await CaptureAsync(unknown, 1)).ShouldBe(new TransferOutcome.Refused("not_found"));
        (await VoidAsync(unknown)).ShouldBe(new TransferOutcome.Refused("not_found"));
        (await RefundAsync(unknown, 1, "ref_1")).ShouldBe(new TransferOutcome.Refused("not_found"));
        await NothingIsFoundAsync(unknown);
    }

    private async Task<string> AuthorizedAsync(long amount) => (await AuthorizeAsync(amount)).ShouldBeOfType<PaymentOutcome.Authorized>().VendorId;

    private async Task<string> CapturedAsync(long amount)
    {
        var id = await AuthorizedAsync(amount);
        await SucceedsAsync(TransferKind.Capture, id, amount, await CaptureAsync(id, amount));
        return id;
    }

    /// <summary>The transfer moved exactly this amount of this payment: by its answer, or by the notice that its answer promised.</summary>
    private async Task SucceedsAsync(TransferKind kind, string payment, long amount, TransferOutcome answer)
    {
        if (!TransfersEndByNotice)
        {
            var done = answer.ShouldBeOfType<TransferOutcome.Succeeded>();
            done.Amount.ShouldBe(new Money(amount, "EUR"));
            if (kind is not TransferKind.Refund) done.VendorId.ShouldBe(payment);
            return;
        }

        var ended = await EndAsync(answer);
        (ended.Kind, ended.VendorId, ended.Succeeded, ended.Amount).ShouldBe((kind, payment, true, new Money(amount, "EUR")));
    }

    /// <summary>The transfer moved nothing. A notice says that and no more; an answer also says why.</summary>
    private async Task RefusedAsync(TransferKind kind, string code, TransferOutcome answer)
    {
        if (!TransfersEndByNotice)
        {
            answer.ShouldBe(new TransferOutcome.Refused(code));
            return;
        }

        var ended = await EndAsync(answer);
        (ended.Kind, ended.Succeeded).ShouldBe((kind, false));
    }

    private async Task<VendorNotice.TransferChanged> EndAsync(TransferOutcome answer)
    {
        var pending = answer.ShouldBeOfType<TransferOutcome.Pending>();
        var notice = await NoticeAsync(read => read.Notice is VendorNotice.TransferChanged changed && changed.TransferId == pending.VendorId);
        return (VendorNotice.TransferChanged)notice.Notice;
    }

    private Task<TransferOutcome> CaptureAsync(string id, long amount, string? key = null, string reference = "cap_1") =>
        Payments.CaptureAsync(new TransferRequest(reference, $"{key}:capture:{reference}:{_reference}", id, new Money(amount, "EUR")), CancellationToken.None);

    private Task<TransferOutcome> RefundAsync(string id, long amount, string reference, string? key = null) =>
        Payments.RefundAsync(new TransferRequest(reference, $"{key}:refund:{reference}:{_reference}", id, new Money(amount, "EUR"), "Broken on arrival"), CancellationToken.None);

    private Task<TransferOutcome> VoidAsync(string? id, string? key = null) =>
        Payments.VoidAsync(new VoidRequest(_reference, $"{key}:void:{_reference}", id, _startedAt), CancellationToken.None);
}
