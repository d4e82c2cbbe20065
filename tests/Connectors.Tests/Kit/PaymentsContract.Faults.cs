namespace Connectors.Tests.Kit;

public abstract partial class PaymentsContract
{
    /// <summary>Makes the simulated vendor spoil its answer to the next authorization.</summary>
    protected abstract Task BreakNextAuthorizationAsync(string fault, object? value);

    [Theory]
    [InlineData("drop_answer", null)]
    [InlineData("hang", null)]
    [InlineData("garbage", "html")]
    [InlineData("garbage", "truncated")]
    [InlineData("garbage", "wrong_type")]
    [InlineData("status", 408)]
    [InlineData("status", 500)]
    [InlineData("status", 503)]
    public async Task Whatever_breaks_after_the_request_left_is_outcome_unknown_and_ends_in_one_charge(string fault, object? value)
    {
        await BreakNextAuthorizationAsync(fault, value);
        (await FailureOf(() => AuthorizeAsync(1099))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        var held = await ChargesAsync(_reference);
        if (held.Count == 0) await NothingIsFoundAsync();
        else (await AskAgainAsync()).ShouldBeOfType<PaymentOutcome.Authorized>().VendorId.ShouldBe(held[0].Id);

        (await AuthorizeAsync(1099)).ShouldBeOfType<PaymentOutcome.Authorized>();
        (await ChargesAsync(_reference)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(429, VendorFailure.RateLimited)]
    [InlineData(401, VendorFailure.Misconfigured)]
    public async Task Being_turned_away_is_certain(int status, VendorFailure failure)
    {
        await BreakNextAuthorizationAsync("status", status);
        (await FailureOf(() => AuthorizeAsync(1099))).Failure.ShouldBe(failure);
        await NothingIsFoundAsync();
        (await ChargesAsync(_reference)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Giving_up_while_the_vendor_is_silent_is_outcome_unknown()
    {
        await BreakNextAuthorizationAsync("hang", null);
        using var caller = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        (await FailureOf(() => Payments.AuthorizeAsync(Request(1099), caller.Token))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }
}
