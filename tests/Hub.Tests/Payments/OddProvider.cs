using Composable.Connectors.Sdk;

namespace Composable.Hub.Tests.Payments;

internal sealed record OddSettings;

/// <summary>A provider with books of its own that moves other amounts than it is asked to.</summary>
internal sealed class OddProvider() : Connector<OddSettings, OddClient>("odd", "Odd provider")
{
    /// <summary>What becomes of an amount; by kind of call.</summary>
    public Func<Money, Money> Authorizes { get; set; } = amount => amount;
    public Func<Money, Money> Moves { get; set; } = amount => amount;

    public Dictionary<string, (Money Amount, bool Voided)> Held { get; } = [];

    protected override OddClient Connect(OddSettings settings, HttpClient http) => new(this);
}

internal sealed class OddClient(OddProvider books) : IPayments
{
    public PaymentLimits Limits { get; } = new(1, 99_999_999, PartialCapture: true, ["card"]);

    public Task<PaymentOutcome> AuthorizeAsync(PaymentRequest request, CancellationToken cancellationToken)
    {
        lock (books.Held) books.Held.TryAdd(request.Reference, (books.Authorizes(request.Amount), false));
        return InquireAsync(new(request.Reference, null, DateTimeOffset.UnixEpoch), cancellationToken);
    }

    public Task<PaymentOutcome> InquireAsync(PaymentInquiry inquiry, CancellationToken cancellationToken)
    {
        lock (books.Held)
            return Task.FromResult<PaymentOutcome>(books.Held.TryGetValue(inquiry.Reference, out var held) ? new PaymentOutcome.Authorized("odd_" + inquiry.Reference, held.Amount) : new PaymentOutcome.NotFound());
    }

    public Task<TransferOutcome> CaptureAsync(TransferRequest request, CancellationToken cancellationToken) => Moved(request);

    public Task<TransferOutcome> RefundAsync(TransferRequest request, CancellationToken cancellationToken) => Moved(request);

    public Task<TransferOutcome> VoidAsync(VoidRequest request, CancellationToken cancellationToken)
    {
        lock (books.Held)
        {
            if (!books.Held.TryGetValue(request.Reference, out var held)) return Task.FromResult<TransferOutcome>(new TransferOutcome.Refused("not_found"));
            books.Held[request.Reference] = held with { Voided = true };
            return Task.FromResult<TransferOutcome>(new TransferOutcome.Succeeded("odd_void", held.Amount));
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<TransferOutcome> Moved(TransferRequest request) => Task.FromResult<TransferOutcome>(new TransferOutcome.Succeeded("odd_" + request.Reference, books.Moves(request.Amount)));
}
