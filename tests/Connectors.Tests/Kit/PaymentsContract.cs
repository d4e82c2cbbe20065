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

    /// <summary>What the shopper does on the confirmation page.</summary>
    protected abstract Task ShopperAnswersAsync(Uri page, bool confirms);

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
        (await InquireAsync()).ShouldBeOfType<PaymentOutcome.Declined>().Code.ShouldBe("card_declined");
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
    public async Task Inquire_after_lost_answer_finds_the_charge()
    {
        Line.LoseAnswers();
        await FailureOf(() => AuthorizeAsync(1099));
        var found = (await InquireAsync()).ShouldBeOfType<PaymentOutcome.Authorized>();
        (found.VendorId, found.Amount).ShouldBe(((await ChargesAsync(_reference)).ShouldHaveSingleItem().Id, new Money(1099, "EUR")));
        (await InquireAsync(found.VendorId)).ShouldBe(found);
    }

    [Fact]
    public async Task What_never_arrived_is_transient_and_inquired_as_not_found()
    {
        Line.RefuseConnections();
        (await FailureOf(() => AuthorizeAsync(1099))).Failure.ShouldBe(VendorFailure.Transient);
        (await InquireAsync()).ShouldBeOfType<PaymentOutcome.NotFound>();
        (await ChargesAsync(_reference)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shopper_who_must_confirm_decides_the_outcome(bool confirms)
    {
        var action = (await AuthorizeAsync(1099, token: AsksShopper)).ShouldBeOfType<PaymentOutcome.ActionNeeded>();
        (await InquireAsync()).ShouldBe(action);
        await ShopperAnswersAsync(action.Url, confirms);
        var decided = await InquireAsync(action.VendorId);
        if (confirms) decided.ShouldBeOfType<PaymentOutcome.Authorized>().Amount.ShouldBe(new Money(1099, "EUR"));
        else decided.ShouldBeOfType<PaymentOutcome.Declined>().Code.ShouldBe("authentication_failed");
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
        var refused = await FailureOf(() => InquireAsync());
        var conflict = await FailureOf(() => AuthorizeAsync(1));
        foreach (var shown in new[] { lost, refused, conflict }.Select(failure => failure.ToString()))
            Secrets.ShouldAllBe(secret => !shown.Contains(secret));
    }

    private static Task<VendorException> FailureOf(Func<Task> call) => Should.ThrowAsync<VendorException>(call);

    private PaymentRequest Request(long amount, string currency = "EUR", string? token = null) =>
        new(_reference, $"hub:{_reference}", new Money(amount, currency), "card", token ?? Pays, "https://shop.example/back", "Order 1");

    private Task<PaymentOutcome> AuthorizeAsync(long amount, string currency = "EUR", string? token = null) =>
        Payments.AuthorizeAsync(Request(amount, currency, token), CancellationToken.None);

    private Task<PaymentOutcome> InquireAsync(string? vendorId = null) =>
        Payments.InquireAsync(new PaymentInquiry(_reference, vendorId, _startedAt), CancellationToken.None);
}
