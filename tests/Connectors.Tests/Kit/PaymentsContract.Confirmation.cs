namespace Connectors.Tests.Kit;

public abstract partial class PaymentsContract
{
    /// <summary>What the shopper does on the confirmation page. Returns what the browser brings back to the shop.</summary>
    protected abstract Task<IReadOnlyDictionary<string, string>> ShopperAnswersAsync(Uri page, bool confirms);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shopper_who_must_confirm_decides_the_outcome(bool confirms)
    {
        var action = (await AuthorizeAsync(1099, token: AsksShopper)).ShouldBeOfType<PaymentOutcome.ActionNeeded>();
        (await AskAgainAsync(token: AsksShopper)).ShouldBe(action);
        var brought = await ShopperAnswersAsync(action.Url, confirms);
        var decided = await ConfirmAsync(action.VendorId, brought);
        if (confirms) decided.ShouldBe(new PaymentOutcome.Authorized(action.VendorId, new Money(1099, "EUR")));
        else decided.ShouldBe(new PaymentOutcome.Declined(action.VendorId, "authentication_failed"));
        (await ConfirmAsync(action.VendorId, brought)).ShouldBe(decided);
        (await LearnAsync(action.VendorId)).ShouldBe(decided);
    }

    [Fact]
    public async Task What_a_browser_makes_up_decides_nothing()
    {
        var action = (await AuthorizeAsync(1099, token: AsksShopper)).ShouldBeOfType<PaymentOutcome.ActionNeeded>();
        foreach (var forged in new[] { "forged", "", new string('x', 30_000) })
            (await ConfirmAsync(action.VendorId, new Dictionary<string, string> { ["redirectResult"] = forged, ["payment_intent"] = forged }) is PaymentOutcome.ActionNeeded or PaymentOutcome.Pending).ShouldBeTrue();
        (await ConfirmAsync(action.VendorId, await ShopperAnswersAsync(action.Url, confirms: true))).ShouldBeOfType<PaymentOutcome.Authorized>();
    }

    private Task<PaymentOutcome> ConfirmAsync(string vendorId, IReadOnlyDictionary<string, string> brought) =>
        Payments.ConfirmAsync(new PaymentConfirmation(_reference, $"hub:{_reference}", vendorId, _startedAt, brought), CancellationToken.None);
}
