namespace Connectors.Tests.Kit;

public abstract partial class PaymentsContract
{
    [Fact]
    public async Task A_customer_is_forgotten_with_what_they_let_the_vendor_keep_and_once_is_as_good_as_twice()
    {
        if (Payments is not IForgets forgets) return;
        var stranger = await Payments.SavedMethodsAsync($"{_customer}x", CancellationToken.None);
        await KeepAsync(_reference, save: true);
        var charge = (await ChargesAsync(_reference)).ShouldHaveSingleItem();
        var subject = new Subject("era_1", _customer, [new(_reference, charge.Id)], []);

        var first = await forgets.ForgetAsync(subject, CancellationToken.None);
        (await forgets.ForgetAsync(subject, CancellationToken.None)).ShouldBe(first);

        (await SavedAsync()).ShouldBeEmpty();
        (await Payments.SavedMethodsAsync($"{_customer}x", CancellationToken.None)).ShouldBe(stranger);
        if (first is Forgotten.Done done) done.Reference.ShouldNotBeNullOrEmpty();
        if (first is Forgotten.ByHand byHand) byHand.Reason.ShouldEndWith(".");
        (await ChargesAsync(_reference)).ShouldHaveSingleItem().Amount.ShouldBe(charge.Amount, "the books need the payment");
    }

    [Fact]
    public async Task Of_somebody_the_vendor_has_never_met_nothing_is_kept()
    {
        if (Payments is IForgets forgets) (await forgets.ForgetAsync(new("era_2", _customer, [], []), CancellationToken.None)).ShouldBeOfType<Forgotten.NothingKept>();
    }

    [Fact]
    public async Task While_the_vendor_is_away_nobody_is_said_to_be_forgotten()
    {
        if (Payments is not IForgets forgets) return;
        Line.RefuseConnections();
        var answer = await Record.ExceptionAsync(async () => (await forgets.ForgetAsync(new("era_3", _customer, [new(_reference, "none")], []), CancellationToken.None)).ShouldBeOfType<Forgotten.NothingKept>());
        if (answer is not null) answer.ShouldBeOfType<VendorException>();
    }
}
