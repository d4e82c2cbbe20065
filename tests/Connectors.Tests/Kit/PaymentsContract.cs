namespace Connectors.Tests.Kit;

/// <summary>
/// What every payment connector must do. A vendor inherits it, says how its simulated twin is reached, and is certified when all of it is green.
/// The vendor's own ledger is the judge, never the client's answers alone.
/// </summary>
public abstract partial class PaymentsContract : IDisposable
{
    private readonly string _reference = $"att_{Guid.NewGuid():N}";
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();

    protected Line Line { get; } = new();

    protected abstract IPayments Payments { get; }

    /// <summary>A method that pays.</summary>
    protected abstract string Pays { get; }

    /// <summary>A method that the issuer declines without a reason.</summary>
    protected abstract string Declines { get; }

    /// <summary>A method without enough money on it.</summary>
    protected abstract string LacksFunds { get; }

    /// <summary>A method whose issuer asks the shopper to confirm.</summary>
    protected abstract string AsksShopper { get; }

    /// <summary>The setting values that must never be shown.</summary>
    protected abstract IReadOnlyList<string> Secrets { get; }

    protected abstract Task<IReadOnlyList<LedgerCharge>> ChargesAsync(string reference);

    /// <summary>The first notice of the simulated vendor that is what is looked for.</summary>
    protected abstract Task<WebhookReading.Verified> NoticeAsync(Predicate<WebhookReading.Verified> wanted);

    public void Dispose()
    {
        Line.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(1099, "EUR")]
    [InlineData(500, "JPY")]
    [InlineData(1230, "KWD")]
    public async Task Authorizing_reserves_exactly_the_amount_in_the_currencys_own_decimals(long amount, string currency)
    {
        var answer = await AuthorizeAsync(amount, currency);
        answer.ShouldBeOfType<PaymentOutcome.Authorized>().Amount.ShouldBe(new Money(amount, currency));
        var charge = (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        (charge.Amount, charge.Currency, charge.Status, charge.Captured).ShouldBe((amount, currency, "authorized", 0));
    }

    [Fact]
    public async Task Same_key_twice_charges_once()
    {
        var first = await AuthorizeAsync(1099);
        (await AuthorizeAsync(1099)).ShouldBe(first);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Same_key_at_the_same_time_charges_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return (object)await AuthorizeAsync(1099);
            }
            catch (VendorException failure)
            {
                return failure.Failure;
            }
        }));
        answers.ShouldAllBe(answer => answer is PaymentOutcome.Authorized || Equals(answer, VendorFailure.OutcomeUnknown));
        answers.OfType<PaymentOutcome.Authorized>().Distinct().ShouldHaveSingleItem();
        (await ChargesAsync(_reference)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Same_key_with_another_amount_is_rejected_and_charges_once()
    {
        await AuthorizeAsync(1099);
        (await FailureOf(() => AuthorizeAsync(1100))).Failure.ShouldBe(VendorFailure.Rejected);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Amount.ShouldBe(1099);
    }

    [Fact]
    public async Task Declined_is_an_outcome()
    {
        (await AuthorizeAsync(1099, token: Declines)).ShouldBeOfType<PaymentOutcome.Declined>().Code.ShouldBe("card_declined");
        (await ChargesAsync(_reference)).ShouldAllBe(charge => charge.Status == "declined");
        (await AskAgainAsync(token: Declines)).ShouldBeOfType<PaymentOutcome.Declined>().Code.ShouldBe("card_declined");
    }

    [Fact]
    public async Task A_lack_of_funds_is_told_apart() =>
        (await AuthorizeAsync(1099, token: LacksFunds)).ShouldBeOfType<PaymentOutcome.Declined>().Code.ShouldBe("insufficient_funds");

    [Fact]
    public async Task Timeout_is_outcome_unknown_and_repeating_with_the_same_key_charges_once()
    {
        Line.LoseAnswers();
        (await FailureOf(() => AuthorizeAsync(1099))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        (await AuthorizeAsync(1099)).ShouldBeOfType<PaymentOutcome.Authorized>();
        (await ChargesAsync(_reference)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Asking_again_after_lost_answer_finds_the_charge()
    {
        Line.LoseAnswers();
        await FailureOf(() => AuthorizeAsync(1099));
        var found = (await AskAgainAsync()).ShouldBeOfType<PaymentOutcome.Authorized>();
        (found.VendorId, found.Amount).ShouldBe(((await ChargesAsync(_reference)).ShouldHaveSingleItem().Id, new Money(1099, "EUR")));
        (await LearnAsync(found.VendorId)).ShouldBe(found);
    }

    [Fact]
    public async Task What_never_arrived_is_transient_and_not_there()
    {
        Line.RefuseConnections();
        (await FailureOf(() => AuthorizeAsync(1099))).Failure.ShouldBe(VendorFailure.Transient);
        await NothingIsFoundAsync();
        (await ChargesAsync(_reference)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Collecting_at_once_takes_exactly_the_amount()
    {
        var taken = (await Payments.AuthorizeAsync(Request(1099) with { Capture = true }, CancellationToken.None)).ShouldBeOfType<PaymentOutcome.Captured>();
        taken.Amount.ShouldBe(new Money(1099, "EUR"));
        var charge = (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        (charge.Captured, charge.Status).ShouldBe((1099, "captured"));
        (await LearnAsync(taken.VendorId)).ShouldBe(taken);
    }

    [Fact]
    public async Task A_notice_tells_of_the_payment_by_our_reference()
    {
        await AuthorizeAsync(1099);
        var notice = await NoticeAsync(read => read.Notice is VendorNotice.PaymentChanged changed && changed.Reference == _reference);
        ((VendorNotice.PaymentChanged)notice.Notice).Amount.ShouldBe(new Money(1099, "EUR"));
    }

    [Fact]
    public async Task Secrets_never_appear_in_failures()
    {
        Line.LoseAnswers();
        var lost = await FailureOf(() => AuthorizeAsync(1099));
        Line.RefuseConnections();
        var refused = await FailureOf(() => AskAgainAsync());
        var conflict = await FailureOf(() => AuthorizeAsync(1));
        foreach (var shown in new[] { lost, refused, conflict }.Select(failure => failure.ToString()))
            Secrets.ShouldAllBe(secret => !shown.Contains(secret));
    }

    private static Task<VendorException> FailureOf(Func<Task> call) => Should.ThrowAsync<VendorException>(call);

    private PaymentRequest Request(long amount, string currency = "EUR", string? token = null) =>
        new(_reference, $"hub:{_reference}", new Money(amount, currency), "card", token ?? Pays, "https://shop.example/back", "Order 1");

    private Task<PaymentOutcome> AuthorizeAsync(long amount, string currency = "EUR", string? token = null) =>
        Payments.AuthorizeAsync(Request(amount, currency, token), CancellationToken.None);

    /// <summary>What the hub does when it does not know: it inquires, or where that cannot be, it sends the same request with the same key.</summary>
    private Task<PaymentOutcome> AskAgainAsync(long amount = 1099, string? token = null) =>
        Payments.Limits.FindsByReference ? InquireAsync() : AuthorizeAsync(amount, token: token);

    /// <summary>How the hub learns what became of a payment later: by asking, or where that cannot be, from the notice itself.</summary>
    private async Task<PaymentOutcome?> LearnAsync(string vendorId)
    {
        if (Payments.Limits.FindsByReference) return await InquireAsync(vendorId);
        var notice = await NoticeAsync(read => read.Notice is VendorNotice.PaymentChanged changed && changed.Reference == _reference);
        notice.Notice.ShouldBeOfType<VendorNotice.PaymentChanged>().VendorId.ShouldBe(vendorId);
        return ((VendorNotice.PaymentChanged)notice.Notice).Outcome;
    }

    /// <summary>A provider that can be asked knows of nothing; one that cannot must not claim so, because the hub would charge again.</summary>
    private async Task NothingIsFoundAsync(string? vendorId = null)
    {
        if (Payments.Limits.FindsByReference) (await InquireAsync(vendorId)).ShouldBeOfType<PaymentOutcome.NotFound>();
        else (await FailureOf(() => InquireAsync(vendorId))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    private Task<PaymentOutcome> InquireAsync(string? vendorId = null) =>
        Payments.InquireAsync(new PaymentInquiry(_reference, vendorId, _startedAt), CancellationToken.None);
}
