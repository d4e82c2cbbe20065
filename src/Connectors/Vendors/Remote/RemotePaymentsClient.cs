using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

internal sealed class RemotePaymentsClient(RemotePaymentsSettings settings, RemoteCalls calls) : RemoteClient("payments", settings, calls), IPayments
{
    private static readonly FrozenSet<string> Declines = ["card_declined", "insufficient_funds", "expired_card", "authentication_failed", "canceled"];
    private static readonly FrozenSet<string> Refusals = ["already_captured", "already_refunded", "expired", "not_found", "refused"];

    public PaymentLimits Limits { get; } = new(settings.Limits.Minimum, settings.Limits.Maximum, settings.Limits.PartialCapture, settings.Limits.MethodTypes)
    {
        Currencies = settings.Limits.Currencies?.ToHashSet(),
        FindsByReference = settings.Limits.FindsByReference,
    };

    public IReadOnlyDictionary<string, string> PublicData { get; } = settings.PublicData;

    protected override (string Name, JsonNode? Limits)? Agreed => ("payments", Node(settings.Limits));

    public async Task<PaymentOutcome> AuthorizeAsync(PaymentRequest request, CancellationToken cancellationToken) =>
        Known(await Calls.AskAsync(RemoteOperations.Authorize, request, request.IdempotencyKey, Decided, cancellationToken));

    public async Task<PaymentOutcome> ConfirmAsync(PaymentConfirmation confirmation, CancellationToken cancellationToken) =>
        Known(await Calls.AskAsync(RemoteOperations.Confirm, confirmation, confirmation.IdempotencyKey, null, cancellationToken));

    public async Task<PaymentOutcome> InquireAsync(PaymentInquiry inquiry, CancellationToken cancellationToken) =>
        Known(await Calls.AskAsync(RemoteOperations.Inquire, inquiry, cancellationToken));

    public Task<TransferOutcome> CaptureAsync(TransferRequest request, CancellationToken cancellationToken) =>
        TransferAsync(RemoteOperations.Capture, request, request.IdempotencyKey, cancellationToken);

    public Task<TransferOutcome> VoidAsync(VoidRequest request, CancellationToken cancellationToken) =>
        TransferAsync(RemoteOperations.VoidPayment, request, request.IdempotencyKey, cancellationToken);

    public Task<TransferOutcome> RefundAsync(TransferRequest request, CancellationToken cancellationToken) =>
        TransferAsync(RemoteOperations.RefundPayment, request, request.IdempotencyKey, cancellationToken);

    public async Task<IReadOnlyList<SavedMethod>> SavedMethodsAsync(string customer, CancellationToken cancellationToken) =>
        (await Calls.AskAsync(RemoteOperations.SavedMethods, new RemoteCustomer(customer), cancellationToken)).Methods;

    public Task ForgetMethodAsync(string customer, string token, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.ForgetMethod, new RemoteMethod(customer, token), cancellationToken);

    /// <summary>That nothing is known is an answer to an inquiry only; after an authorization it would be read as "not charged".</summary>
    private static string? Decided(PaymentOutcome outcome) => outcome is PaymentOutcome.NotFound ? "an authorization cannot be unknown" : null;

    /// <summary>A no stays a no, whatever the connector calls it.</summary>
    private static PaymentOutcome Known(PaymentOutcome outcome) =>
        outcome is PaymentOutcome.Declined declined && !Declines.Contains(declined.Code) ? declined with { Code = "card_declined" } : outcome;

    private async Task<TransferOutcome> TransferAsync<T>(RemoteOperation<T, TransferOutcome> operation, T request, string key, CancellationToken cancellationToken)
        where T : class
    {
        var outcome = await Calls.AskAsync(operation, request, key, null, cancellationToken);
        return outcome is TransferOutcome.Refused refused && !Refusals.Contains(refused.Code) ? new TransferOutcome.Refused("refused") : outcome;
    }
}
