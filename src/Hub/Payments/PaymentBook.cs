using Composable.Hub.Storage;

namespace Composable.Hub.Payments;

/// <summary>
/// The payments table. Statements assert the amounts and states they start from, and the table's own checks hold that no more is captured
/// than was authorized and no more refunded than was captured, however many requests race.
/// </summary>
internal static class PaymentBook
{
    public const string Moved = "payment_moved";
    public const string AmountExceeds = "amount_exceeds";

    public static void Open(Commit commit, PaymentAttempt attempt) => commit.Add($"""
        INSERT INTO payments (id, checkout_id, connection, status, amount, currency, started_at)
        VALUES ({attempt.Id}, {attempt.CheckoutId}, {attempt.Connection}, 'started', {attempt.Amount.Amount}, {attempt.Amount.Currency}, {attempt.StartedAt.ToUnixTimeMilliseconds()})
        """);

    public static void AwaitAction(Commit commit, PaymentAttempt attempt) => commit.Require(
        $"UPDATE payments SET status = 'action_required', vendor_id = {attempt.VendorId} WHERE id = {attempt.Id} AND status IN ('started', 'action_required')", 1, Moved);

    /// <summary>The money is reserved and belongs to an order; <paramref name="capturing"/> of it is about to be captured.</summary>
    public static void Authorize(Commit commit, PaymentAttempt attempt, string orderId, long capturing)
    {
        var amount = attempt.Amount.Amount;
        var captured = attempt.AlreadyCaptured ? amount : 0;
        var status = attempt.AlreadyCaptured ? "captured" : "authorized";
        commit.Require($"""
            UPDATE payments SET status = {status}, vendor_id = {attempt.VendorId}, order_id = {orderId}, authorized = {amount}, captured = {captured}, capturing = {capturing}
            WHERE id = {attempt.Id} AND status IN ('started', 'action_required')
            """, 1, Moved);
    }

    /// <summary>Nothing was taken, or it was given back before there was an order.</summary>
    public static void Close(Commit commit, PaymentAttempt attempt, bool voided)
    {
        var status = voided ? "voided" : "failed";
        commit.Require($"UPDATE payments SET status = {status}, vendor_id = {attempt.VendorId} WHERE id = {attempt.Id} AND status IN ('started', 'action_required', 'authorized')", 1, Moved);
    }

    public static void BeginCapture(Commit commit, string paymentId, long amount) => commit.Require(
        $"UPDATE payments SET capturing = {amount} WHERE id = {paymentId} AND status = 'authorized' AND capturing = 0 AND authorized >= {amount}", 1, AmountExceeds);

    public static void EndCapture(Commit commit, string paymentId, long amount) => commit.Require(
        $"UPDATE payments SET capturing = 0, captured = captured + {amount}, status = 'captured' WHERE id = {paymentId} AND status = 'authorized' AND capturing = {amount}", 1, Moved);

    public static void AbandonCapture(Commit commit, string paymentId, long amount) => commit.Require(
        $"UPDATE payments SET capturing = 0 WHERE id = {paymentId} AND capturing = {amount}", 1, Moved);

    public static void BeginRefund(Commit commit, string paymentId, long amount) => commit.Require(
        $"UPDATE payments SET refunding = refunding + {amount} WHERE id = {paymentId} AND captured - refunded - refunding >= {amount}", 1, AmountExceeds);

    public static void EndRefund(Commit commit, string paymentId, long amount) => commit.Require($"""
        UPDATE payments SET refunding = refunding - {amount}, refunded = refunded + {amount},
            status = CASE WHEN refunded + {amount} = captured THEN 'refunded' ELSE 'partly_refunded' END
        WHERE id = {paymentId} AND refunding >= {amount}
        """, 1, Moved);

    public static void AbandonRefund(Commit commit, string paymentId, long amount) => commit.Require(
        $"UPDATE payments SET refunding = refunding - {amount} WHERE id = {paymentId} AND refunding >= {amount}", 1, Moved);

    public static void ReverseRefund(Commit commit, string paymentId, long amount) => commit.Require($"""
        UPDATE payments SET refunded = refunded - {amount}, status = CASE WHEN refunded = {amount} THEN 'captured' ELSE 'partly_refunded' END
        WHERE id = {paymentId} AND refunded >= {amount}
        """, 1, Moved);

    public static void Void(Commit commit, string paymentId) => commit.Require(
        $"UPDATE payments SET status = 'voided' WHERE id = {paymentId} AND status = 'authorized' AND capturing = 0", 1, Moved);

    public static void Unvoid(Commit commit, string paymentId) => commit.Require(
        $"UPDATE payments SET status = 'authorized' WHERE id = {paymentId} AND status = 'voided'", 1, Moved);
}
