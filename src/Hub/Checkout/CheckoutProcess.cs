using Composable.Hub.Checkout.Steps;
using Composable.Hub.Durability;
using Composable.Hub.Http;

namespace Composable.Hub.Checkout;

/// <summary>How a cart becomes exactly one paid, taxed order. Read top to bottom; when a step refuses, the undos run bottom to top.</summary>
internal sealed class CheckoutProcess : Process<CheckoutState>
{
    private readonly AfterUndo afterUndo;
    private readonly CheckoutStore store;

    public CheckoutProcess(AssertTheOffer offer, PayForIt payment, PlaceOrder order, CollectMoney money, RecordTax tax, AfterUndo afterUndo, CheckoutStore store)
        : base("checkout", CheckoutJson.Default.CheckoutState)
    {
        (this.afterUndo, this.store) = (afterUndo, store);

        Then("assert the offer", offer.Do);
        Then("hold promotion codes", HoldPromotions.Do, undo: HoldPromotions.Release);
        Then("hold stock", HoldStock.Do, undo: HoldStock.Release);
        Then("open the payment", PayForIt.Open, undo: PayForIt.Close, when: NeedsMoney);
        Call("authorize the payment", payment.Authorize, undo: payment.Void, when: NeedsMoney);
        Await("the shopper confirms", payment.Confirmed, when: NeedsShopper);
        Then("compare the amount", PayForIt.CompareAmount, when: NeedsMoney);
        PointOfNoReturn("place the order", order.Do);
        Call("capture the money", money.Capture, when: CapturesNow);
        Then("book the money", money.Book, when: CapturesNow);
        Call("record the tax", tax.Do);
    }

    public override async Task<CheckoutState> RecallAsync(CheckoutState stored, ProcessRecord record, CancellationToken cancellationToken)
    {
        var (session, cart) = await store.ReadAsync(record.Subject, cancellationToken) ?? throw new InvalidOperationException($"Checkout {record.Subject} is gone.");
        return stored with { Session = session, Cart = cart };
    }

    public override Task UndoneAsync(CheckoutState state, Refusal refusal, StepContext context) => afterUndo.ReopenAsync(state, refusal, context);

    public override Task UncertainAsync(CheckoutState state, StepContext context) => afterUndo.AnswerCompletingAsync(state, context);

    public override string? UpstreamOf(CheckoutState state) => state.Payment?.Connection;

    public override Task<Refusal> ExplainAsync(string code, CheckoutState state, CancellationToken cancellationToken) => afterUndo.ExplainAsync(code, state, cancellationToken);

    private static bool NeedsMoney(CheckoutState state) => state.Payment is not null;

    private static bool NeedsShopper(CheckoutState state) => state.Payment is { ActionUrl: not null };

    private static bool CapturesNow(CheckoutState state) => state.CaptureId is not null && state.Payment is { AlreadyCaptured: false };
}
