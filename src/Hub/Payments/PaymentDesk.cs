using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Payments;

/// <summary>Talks to payment providers about attempts. Keys come from our own ids, so that asking twice has one effect.</summary>
internal sealed class PaymentDesk(ConnectionList connections, Database database, TransferBook transfers, TimeProvider clock)
{
    /// <summary>Providers forget keys after a day: from then on an attempt they do not know must not be repeated.</summary>
    private static readonly TimeSpan KeysLive = TimeSpan.FromHours(23);

    /// <summary>How long a process sleeps that a notice will wake.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(1);

    public static string KeyOf(string id) => $"hub:{id}";

    public IPayments? Find(string connection) => connections.Find<IPayments>(connection);

    /// <param name="repeated">An earlier request may have reached the provider: ask first.</param>
    public async Task<PaymentOutcome> AuthorizeAsync(PaymentAttempt attempt, bool repeated, CancellationToken cancellationToken)
    {
        var provider = connections.Get<IPayments>(attempt.Connection);
        if (repeated)
        {
            var known = await AskAsync(provider, attempt, cancellationToken);
            if (known is not PaymentOutcome.NotFound) return known;
            if (clock.GetUtcNow() - attempt.StartedAt > KeysLive) return Forgotten(provider);
        }

        var outcome = await provider.AuthorizeAsync(
            new(attempt.Id, KeyOf(attempt.Id), attempt.Amount, attempt.MethodType, attempt.MethodToken, attempt.ReturnUrl, Description: null), cancellationToken);
        CrashPoint.Reach("C11");
        // A no is kept, because nobody can be asked for it again.
        if (outcome is PaymentOutcome.Declined && !provider.Limits.FindsByReference) await Told.KeepAsync(database, attempt.Id, outcome, cancellationToken);
        return outcome;
    }

    /// <summary>Whether the provider has said no to this attempt, so that it holds nothing.</summary>
    public async Task<bool> WasDeclinedAsync(PaymentAttempt attempt, CancellationToken cancellationToken) => connections.Get<IPayments>(attempt.Connection).Limits.FindsByReference
        ? await InquireAsync(attempt, cancellationToken) is PaymentOutcome.Declined
        : await Told.ReadAsync(database, attempt.Id, cancellationToken) is PaymentOutcome.Declined;

    /// <summary>Where the provider cannot be asked by our reference, what it has not told is not found: the same request with the same key is the question.</summary>
    private async Task<PaymentOutcome> AskAsync(IPayments provider, PaymentAttempt attempt, CancellationToken cancellationToken) =>
        provider.Limits.FindsByReference ? await InquireAsync(attempt, cancellationToken) : await Told.ReadAsync(database, attempt.Id, cancellationToken) ?? new PaymentOutcome.NotFound();

    private static PaymentOutcome.Declined Forgotten(IPayments provider) => provider.Limits.FindsByReference
        ? new(null, "expired")
        : throw new VendorException(VendorFailure.Rejected, "The provider has forgotten the key, and cannot be asked what became of the payment.");

    /// <summary>What the provider says; where it cannot be asked, what it has told.</summary>
    public async Task<PaymentOutcome> InquireAsync(PaymentAttempt attempt, CancellationToken cancellationToken)
    {
        var provider = connections.Get<IPayments>(attempt.Connection);
        return (provider.Limits.FindsByReference ? null : await Told.ReadAsync(database, attempt.Id, cancellationToken))
            ?? await provider.InquireAsync(new(attempt.Id, attempt.VendorId, attempt.StartedAt), cancellationToken);
    }

    /// <summary>What became of an attempt that waits for its shopper; null while nobody knows. Of a provider that cannot be asked, its notices are what is known.</summary>
    public async Task<PaymentOutcome?> DecidedAsync(PaymentAttempt attempt, CancellationToken cancellationToken) => connections.Get<IPayments>(attempt.Connection).Limits.FindsByReference
        ? await InquireAsync(attempt, cancellationToken) is var outcome and not PaymentOutcome.ActionNeeded ? outcome : null
        : await Told.ReadAsync(database, attempt.Id, cancellationToken);

    /// <summary>Hands over what the shopper brought back. A provider that cannot be asked answers once, so what it says is kept.</summary>
    public async Task<PaymentOutcome> ConfirmAsync(PaymentAttempt attempt, IReadOnlyDictionary<string, string> details, CancellationToken cancellationToken)
    {
        var provider = connections.Get<IPayments>(attempt.Connection);
        var outcome = await provider.ConfirmAsync(new(attempt.Id, KeyOf(attempt.Id), attempt.VendorId, attempt.StartedAt, details), cancellationToken);
        if (!provider.Limits.FindsByReference) await Told.KeepAsync(database, attempt.Id, outcome, cancellationToken);
        return outcome;
    }

    public Task<TransferOutcome> CaptureAsync(string connection, string reference, string vendorId, Money amount, StepContext step) =>
        MoveAsync(TransferKind.Capture, connection, reference, vendorId, amount, step, "C22", provider => provider.CaptureAsync(new(reference, KeyOf(reference), vendorId, amount), step.CancellationToken));

    public Task<TransferOutcome> RefundAsync(string connection, string reference, string vendorId, Money amount, string? reason, StepContext step) =>
        MoveAsync(TransferKind.Refund, connection, reference, vendorId, amount, step, "C23", provider => provider.RefundAsync(new(reference, KeyOf(reference), vendorId, amount, reason), step.CancellationToken));

    public Task<TransferOutcome> VoidAsync(string connection, string attempt, string? vendorId, Money amount, DateTimeOffset startedAt, StepContext step) =>
        MoveAsync(TransferKind.Void, connection, $"{attempt}:void", vendorId, amount, step, crashPoint: null, provider => provider.VoidAsync(new(attempt, KeyOf($"{attempt}:void"), vendorId, startedAt), step.CancellationToken));

    /// <summary>A provider that only accepts is not asked again: its notice wakes the process, which finds here how it ended.</summary>
    private async Task<TransferOutcome> MoveAsync(TransferKind kind, string connection, string reference, string? payment, Money amount, StepContext step, string? crashPoint, Func<IPayments, Task<TransferOutcome>> move)
    {
        if (step.Repeated && await transfers.FindAsync(reference, step.CancellationToken) is { } known) return known.Outcome;
        var outcome = await move(connections.Get<IPayments>(connection));
        if (crashPoint is not null) CrashPoint.Reach(crashPoint);
        return outcome is not TransferOutcome.Pending pending ? outcome : await transfers.BeginAsync(new()
        {
            Id = reference,
            Connection = connection,
            VendorId = pending.VendorId,
            Kind = kind.ToString().ToLowerInvariant(),
            Amount = amount.Amount,
            Currency = amount.Currency,
            ProcessId = step.ProcessId,
            Payment = payment,
        }, step.CancellationToken);
    }

    /// <summary>Compares what a provider says it moved with what it was asked to move. A difference is never accepted silently.</summary>
    public static void AssertMoved(TransferOutcome outcome, Money asked)
    {
        if (outcome is TransferOutcome.Succeeded { Amount: var moved } && moved != asked)
            throw new ContradictionException($"The provider moved {moved} where {asked} was asked.");
    }
}
