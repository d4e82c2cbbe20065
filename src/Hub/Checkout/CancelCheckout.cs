using Composable.Hub.Access;
using Composable.Hub.Checkout.Steps;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>Gives a checkout up. One that waits for the shopper's confirmation is turned back: the money and the goods are released first.</summary>
internal sealed class CancelCheckout(Database database, CheckoutStore store, CheckoutRefresh refresh, CheckoutDesk desk, ProcessRunner runner)
{
    private const int Tries = 8;

    public async Task<Answer> HandleAsync(string id, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey key, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var found = await store.OwnedAsync(id, caller, cancellationToken);
            if (tries == 1 && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
            if (tries == 1 && precondition(found.Session.Version) is { } stale) throw new RefusedException(stale);
            var (session, cart) = found;
            if (session.Status == CheckoutSession.Canceled) return await RememberedAsync(key, await desk.AnswerAsync(200, session, cart, cancellationToken), cancellationToken);
            if (session.Status == CheckoutSession.ActionRequired)
            {
                await runner.RefuseAsync(id, new(409, AfterUndo.CanceledByShopper, "The checkout was canceled."), cancellationToken);
                if (tries >= Tries) throw new RefusedException(CheckoutDesk.NotEditable(session));
                await Task.Delay(TimeSpan.FromMilliseconds(50 * tries), cancellationToken);
                continue;
            }

            if (!session.IsEditable) throw new RefusedException(CheckoutDesk.NotEditable(session));
            var canceled = session with { Status = CheckoutSession.Canceled, Version = session.Version + 1 };
            var answer = await desk.AnswerAsync(200, canceled, cart, cancellationToken);
            var commit = new Commit();
            key.Remember(commit, answer.Status, answer.Body, IdempotencyKey.WhenMoneyMoved);
            if (await refresh.TryCommitAsync(commit, canceled, cart, tries, cancellationToken, "checkout.canceled")) return answer;
        }
    }

    /// <summary>Of what was canceled already, or by the process that this turned back.</summary>
    private async Task<Answer> RememberedAsync(IdempotencyKey key, Answer answer, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        key.Remember(commit, answer.Status, answer.Body, IdempotencyKey.WhenMoneyMoved);
        await database.CommitAsync(commit, cancellationToken);
        return answer;
    }
}
