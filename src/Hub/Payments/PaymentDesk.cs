using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;

using Composable.Hub.Observability;

namespace Composable.Hub.Payments;

/// <summary>Talks to payment providers about attempts. Keys come from our own ids, so that asking twice has one effect.</summary>
internal sealed class PaymentDesk(ConnectionList connections, TimeProvider clock)
{
    /// <summary>Providers forget keys after a day: from then on an attempt they do not know must not be repeated.</summary>
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(23);

    public static string KeyOf(string id) => $"hub:{id}";

    public IPayments? Find(string connection) => connections.Find<IPayments>(connection);

    /// <param name="repeated">An earlier request may have reached the provider: ask first.</param>
    public async Task<PaymentOutcome> AuthorizeAsync(PaymentAttempt attempt, bool repeated, CancellationToken cancellationToken)
    {
        var provider = connections.Get<IPayments>(attempt.Connection);
        if (repeated)
        {
            var known = await InquireAsync(attempt, cancellationToken);
            if (known is not PaymentOutcome.NotFound) return known;
            if (clock.GetUtcNow() - attempt.StartedAt > KeysLive) return new PaymentOutcome.Declined(null, "expired");
        }

        var outcome = await provider.AuthorizeAsync(
            new(attempt.Id, KeyOf(attempt.Id), attempt.Amount, attempt.MethodType, attempt.MethodToken, attempt.ReturnUrl, Description: null), cancellationToken);
        CrashPoint.Reach("C11");
        return outcome;
    }

    public Task<PaymentOutcome> InquireAsync(PaymentAttempt attempt, CancellationToken cancellationToken) =>
        connections.Get<IPayments>(attempt.Connection).InquireAsync(new(attempt.Id, attempt.VendorId, attempt.StartedAt), cancellationToken);

    public async Task<TransferOutcome> CaptureAsync(string connection, string reference, string vendorId, Money amount, CancellationToken cancellationToken)
    {
        var outcome = await connections.Get<IPayments>(connection).CaptureAsync(new(reference, KeyOf(reference), vendorId, amount), cancellationToken);
        CrashPoint.Reach("C22");
        return outcome;
    }

    public async Task<TransferOutcome> RefundAsync(string connection, string reference, string vendorId, Money amount, string? reason, CancellationToken cancellationToken)
    {
        var outcome = await connections.Get<IPayments>(connection).RefundAsync(new(reference, KeyOf(reference), vendorId, amount, reason), cancellationToken);
        CrashPoint.Reach("C23");
        return outcome;
    }

    public Task<TransferOutcome> VoidAsync(string connection, string reference, string? vendorId, DateTimeOffset startedAt, CancellationToken cancellationToken) =>
        connections.Get<IPayments>(connection).VoidAsync(new(reference, KeyOf($"{reference}:void"), vendorId, startedAt), cancellationToken);

    /// <summary>Compares what a provider says it moved with what it was asked to move. A difference is never accepted silently.</summary>
    public static void AssertMoved(TransferOutcome outcome, Money asked)
    {
        if (outcome is TransferOutcome.Succeeded { Amount: var moved } && moved != asked)
            throw new VendorException(VendorFailure.Rejected, $"The provider moved {moved} where {asked} was asked.");
    }
}
