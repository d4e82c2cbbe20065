using Composable.Connectors.Sdk;
using Composable.Hub.Access;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>
/// Hands the provider what a shopper brought back from a confirmation page, and waits a moment for what becomes of the checkout. What the browser
/// says proves nothing: the provider decides, and a checkout nobody confirms is decided by notices and inquiries alone.
/// </summary>
internal sealed class ConfirmPayment(Database database, CheckoutStore store, CheckoutDesk desk, PaymentDesk payments, ProcessRunner runner)
{
    private const int MostDetails = 10, LongestDetail = 20_000, Looks = 25;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public async Task<Answer> HandleAsync(string id, Contracts.ConfirmPayment request, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (request.Details.Count > MostDetails || request.Details.Any(detail => detail.Value is null || detail.Key.Length + detail.Value.Length > LongestDetail))
            throw new RefusedException(Refusal.Invalid("/details", "invalid_details", $"At most {MostDetails} texts, of at most {LongestDetail} characters each."));
        var found = await store.OwnedAsync(id, caller, cancellationToken);
        if (key is not null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        if (precondition(found.Session.Version) is { } stale) throw new RefusedException(stale);
        if (found.Session.Status == CheckoutSession.ActionRequired && await PaymentRow.AwaitingAsync(database, id, cancellationToken) is { } payment
            && await TellAsync(payment, request.Details, cancellationToken) is not (PaymentOutcome.ActionNeeded or PaymentOutcome.Pending))
        {
            await runner.WakeAsync(id, cancellationToken);
            for (var looks = 0; looks < Looks && found.Session.Status == CheckoutSession.ActionRequired; looks++)
            {
                await Task.Delay(BetweenLooks, cancellationToken);
                found = (await store.ReadAsync(id, cancellationToken))!.Value;
            }
        }

        var undecided = found.Session.Status is CheckoutSession.ActionRequired or CheckoutSession.Completing;
        var answer = await desk.AnswerAsync(undecided ? 202 : 200, found.Session, found.Cart, cancellationToken);
        // What is not decided yet is not the answer to this key: the repeat asks again.
        if (key is not null && !undecided) await key.RememberAsync(database, answer, cancellationToken);
        return answer;
    }

    private async Task<PaymentOutcome> TellAsync(PaymentRow payment, IReadOnlyDictionary<string, string> details, CancellationToken cancellationToken)
    {
        try
        {
            return await payments.ConfirmAsync(payment.Attempt(), details, cancellationToken);
        }
        catch (VendorException failure)
        {
            throw new RefusedException(new(503, "service_unavailable", "The payment provider could not be told of the confirmation; repeat the request.")
            {
                Retryable = true,
                RetryAfter = failure.RetryAfter ?? TimeSpan.FromSeconds(1),
                Upstream = new(payment.Connection, failure.Failure == VendorFailure.Misconfigured ? "misconfigured" : "transient"),
            });
        }
    }
}
