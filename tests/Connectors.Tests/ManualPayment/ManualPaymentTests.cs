using Connectors.Tests.Kit;

namespace Connectors.Tests.ManualPayment;

public sealed class ManualPaymentTests
{
    private readonly IPayments _payments = (IPayments)Vendors.Connect("manual", new { maximumAmount = 50_000 }, new HttpClient());

    private static Money Amount => new(1099, "EUR");

    [Fact]
    public async Task The_same_attempt_is_the_same_authorization()
    {
        var first = (await AuthorizeAsync(Amount)).ShouldBeOfType<PaymentOutcome.Authorized>();
        (await AuthorizeAsync(Amount)).ShouldBe(first);
        first.VendorId.ShouldStartWith("manual:att_1");
        (await _payments.InquireAsync(new PaymentInquiry("att_1", first.VendorId, DateTimeOffset.UnixEpoch), CancellationToken.None)).ShouldBe(first);
    }

    [Fact]
    public async Task Without_an_id_nothing_is_held()
    {
        (await _payments.InquireAsync(new PaymentInquiry("att_1", null, DateTimeOffset.UnixEpoch), CancellationToken.None)).ShouldBeOfType<PaymentOutcome.NotFound>();
        (await _payments.VoidAsync(new VoidRequest("att_1", "k", null, DateTimeOffset.UnixEpoch), CancellationToken.None)).ShouldBe(new TransferOutcome.Refused("not_found"));
    }

    [Fact]
    public async Task Captures_refunds_and_voids_are_recorded_up_to_what_was_agreed()
    {
        var id = ((PaymentOutcome.Authorized)await AuthorizeAsync(Amount)).VendorId;
        (await _payments.CaptureAsync(Transfer(id, 600), CancellationToken.None)).ShouldBe(new TransferOutcome.Succeeded(id, new Money(600, "EUR")));
        (await _payments.CaptureAsync(Transfer(id, 1100), CancellationToken.None)).ShouldBe(new TransferOutcome.Refused("refused"));
        (await _payments.RefundAsync(Transfer(id, 600), CancellationToken.None)).ShouldBeOfType<TransferOutcome.Succeeded>().Amount.ShouldBe(new Money(600, "EUR"));
        (await _payments.VoidAsync(new VoidRequest("att_1", "k", id, DateTimeOffset.UnixEpoch), CancellationToken.None)).ShouldBeOfType<TransferOutcome.Succeeded>();
        (await _payments.CaptureAsync(Transfer("manual:att_1", 1), CancellationToken.None)).ShouldBe(new TransferOutcome.Refused("not_found"));
    }

    [Fact]
    public async Task Only_its_own_methods_and_amounts_are_taken()
    {
        (await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(Amount, "card"))).Failure.ShouldBe(VendorFailure.Rejected);
        (await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(new Money(50_001, "EUR")))).Failure.ShouldBe(VendorFailure.Rejected);
        var invoiceOnly = (IPayments)Vendors.Connect("manual", new { cashOnDelivery = false }, new HttpClient());
        invoiceOnly.Limits.MethodTypes.ShouldBe(["invoice"]);
    }

    private static TransferRequest Transfer(string id, long amount) => new("t_1", "k", id, new Money(amount, "EUR"));

    private Task<PaymentOutcome> AuthorizeAsync(Money amount, string method = "invoice") =>
        _payments.AuthorizeAsync(new PaymentRequest("att_1", "hub:att_1", amount, method, "-", null, null), CancellationToken.None);
}
