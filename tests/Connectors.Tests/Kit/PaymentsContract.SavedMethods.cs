namespace Connectors.Tests.Kit;

public abstract partial class PaymentsContract
{
    /// <summary>A customer of ours, new to the vendor.</summary>
    private readonly string _customer = $"cus_{Guid.NewGuid():N}";

    [Fact]
    public async Task A_method_is_kept_only_when_the_shopper_says_so()
    {
        await KeepAsync(_reference, save: false);
        (await SavedAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_kept_method_is_listed_pays_again_and_can_be_forgotten()
    {
        await KeepAsync(_reference, save: true);
        var kept = (await SavedAsync()).ShouldHaveSingleItem();
        kept.Type.ShouldBe("card");
        kept.Title.ShouldMatch("^[A-Z][A-Za-z ]+ •••• [0-9]{4}$");
        (kept.ExpiryMonth is >= 1 and <= 12, kept.ExpiryYear >= 2026).ShouldBe((true, true));

        (await PayAsync($"{_reference}b", kept.Token, _customer)).ShouldBeOfType<PaymentOutcome.Authorized>();
        (await ChargesAsync($"{_reference}b")).ShouldHaveSingleItem().Status.ShouldBe("authorized");
        (await SavedAsync()).ShouldHaveSingleItem().ShouldBe(kept);

        await Payments.ForgetMethodAsync(_customer, kept.Token, CancellationToken.None);
        (await SavedAsync()).ShouldBeEmpty();
        await Payments.ForgetMethodAsync(_customer, kept.Token, CancellationToken.None);
        (await PayAsync($"{_reference}c", kept.Token, _customer)).ShouldBeOfType<PaymentOutcome.Declined>();
    }

    [Fact]
    public async Task A_kept_method_is_nobody_elses()
    {
        await KeepAsync(_reference, save: true);
        var kept = (await SavedAsync()).ShouldHaveSingleItem();
        var stranger = $"{_customer}x";
        (await Payments.SavedMethodsAsync(stranger, CancellationToken.None)).ShouldBeEmpty();
        (await PayAsync($"{_reference}b", kept.Token, stranger)).ShouldBeOfType<PaymentOutcome.Declined>();
        (await PayAsync($"{_reference}c", kept.Token, customer: null)).ShouldBeOfType<PaymentOutcome.Declined>();
        await Payments.ForgetMethodAsync(stranger, kept.Token, CancellationToken.None);
        (await SavedAsync()).ShouldHaveSingleItem().ShouldBe(kept);
    }

    [Fact]
    public async Task Nothing_is_kept_for_a_customer_the_vendor_has_never_met()
    {
        (await SavedAsync()).ShouldBeEmpty();
        await Payments.ForgetMethodAsync(_customer, "no_such_method", CancellationToken.None);
    }

    [Fact]
    public async Task Keeping_is_repeated_with_the_payment_and_keeps_once()
    {
        await KeepAsync(_reference, save: true);
        await KeepAsync(_reference, save: true);
        (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        (await SavedAsync()).ShouldHaveSingleItem();
    }

    private async Task KeepAsync(string reference, bool save) => (await Payments.AuthorizeAsync(
        Request(1099) with { Reference = reference, IdempotencyKey = $"hub:{reference}", Customer = _customer, SaveMethod = save }, CancellationToken.None)).ShouldBeOfType<PaymentOutcome.Authorized>();

    private Task<PaymentOutcome> PayAsync(string reference, string token, string? customer) => Payments.AuthorizeAsync(
        Request(1099, token: token) with { Reference = reference, IdempotencyKey = $"hub:{reference}", Customer = customer }, CancellationToken.None);

    private Task<IReadOnlyList<SavedMethod>> SavedAsync() => Payments.SavedMethodsAsync(_customer, CancellationToken.None);
}
