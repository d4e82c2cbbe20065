namespace Connectors.Tests.Kit;

/// <summary>What the vendor's own books say of a sale or a refund, in minor units.</summary>
/// <param name="Of">The sale that a refund belongs to; null for a sale.</param>
/// <param name="Amount">With shipping, without tax; positive for refunds too.</param>
public sealed record RecordedTax(string Reference, string? Of, long Amount, long Tax);

/// <summary>The same for connectors behind which a vendor keeps books: those are the judge, and not that a call succeeded.</summary>
public abstract class TaxBooksContract : TaxContract, IDisposable
{
    /// <summary>What <see cref="TaxContract.Tax"/> sends through.</summary>
    protected Line Line { get; } = new();

    /// <summary>What the simulated vendor has recorded under a reference.</summary>
    protected abstract Task<IReadOnlyList<RecordedTax>> RecordedAsync(string reference);

    public void Dispose()
    {
        Line.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sale_whose_answer_is_lost_is_outcome_unknown_and_recorded_once(bool included)
    {
        var sale = await SaleAsync(included);
        Line.LoseAnswers();
        (await FailureOf(() => Tax.CommitAsync(sale, CancellationToken.None))).ShouldBe(VendorFailure.OutcomeUnknown);
        await Tax.CommitAsync(sale, CancellationToken.None);
        var amount = sale.Sale.Items.Sum(item => item.Amount) + sale.Sale.Shipping - (included ? sale.Tax.Total : 0);
        (await RecordedAsync(sale.Reference)).ShouldBe([new RecordedTax(sale.Reference, null, amount, sale.Tax.Total)]);
    }

    [Fact]
    public async Task A_refund_whose_answer_is_lost_is_recorded_once_and_another_under_its_reference_is_rejected()
    {
        var sale = await SaleAsync();
        var refund = new TaxRefund($"{sale.Reference}-r1", sale.Reference, sale.At, "USD", Austin, 500, 40);
        await Tax.CommitAsync(sale, CancellationToken.None);
        Line.LoseAnswers();
        (await FailureOf(() => Tax.RefundAsync(refund, CancellationToken.None))).ShouldBe(VendorFailure.OutcomeUnknown);
        await Tax.RefundAsync(refund, CancellationToken.None);
        (await FailureOf(() => Tax.RefundAsync(refund with { Amount = 501 }, CancellationToken.None))).ShouldBe(VendorFailure.Rejected);
        (await RecordedAsync(refund.Reference)).ShouldBe([new RecordedTax(refund.Reference, sale.Reference, 500, 40)]);
    }

    [Fact]
    public async Task A_voided_sale_is_gone()
    {
        var sale = await SaleAsync();
        await Tax.CommitAsync(sale, CancellationToken.None);
        (await RecordedAsync(sale.Reference)).ShouldHaveSingleItem();
        await Tax.VoidAsync(sale.Reference, CancellationToken.None);
        (await RecordedAsync(sale.Reference)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_never_left_is_no_record()
    {
        var sale = await SaleAsync();
        Line.RefuseConnections();
        (await FailureOf(() => Tax.CommitAsync(sale, CancellationToken.None))).ShouldBe(VendorFailure.Transient);
        (await RecordedAsync(sale.Reference)).ShouldBeEmpty();
    }

    [Fact]
    public Task It_can_be_tried() => Tax.CheckAsync(CancellationToken.None);

    private static async Task<VendorFailure> FailureOf(Func<Task> call) => (await Should.ThrowAsync<VendorException>(call)).Failure;
}
