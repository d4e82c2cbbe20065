using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>What staff do with orders.</summary>
internal sealed class OrderDesk(Database database, OrderStore orders, PaymentDesk payments, ProcessStore processes, ProcessRunner runner, CaptureProcess capture, RefundProcess refund, CancelProcess cancel, TimeProvider clock)
{
    public async Task<Answer> CaptureAsync(string id, CaptureInput input, IdempotencyKey key, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        if (await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        var order = await LoadAsync(id, precondition, cancellationToken);
        if (order.Payments.FirstOrDefault(payment => payment.Status == "authorized") is not { } payment) throw Refused("There is no authorized payment to capture.");
        var amount = Amount(input.Amount, order, payment.Authorized);
        if (amount.Amount > payment.Authorized) throw new RefusedException(new(422, "amount_exceeds", "More than was authorized."));
        if (amount.Amount < payment.Authorized && payments.Find(payment.Connection)?.Limits.PartialCapture == false) throw Refused("This provider captures all or nothing.");
        var captureId = Ids.New("cap");
        return await RunAsync(capture, captureId, new CaptureState(id, captureId, payment.Id, payment.Connection, payment.VendorId, amount), key, cancellationToken);
    }

    public async Task<Answer> RefundAsync(string id, RefundInput input, IdempotencyKey key, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        if (await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        var order = await LoadAsync(id, precondition, cancellationToken);
        if (order.Payments.FirstOrDefault(payment => payment.Captured > 0) is not { } payment) throw Refused("Nothing has been captured that could be refunded.");
        var amount = Amount(input.Amount, order, payment.Captured - payment.Refunded);
        if (amount.Amount is 0 || amount.Amount > payment.Captured - payment.Refunded) throw new RefusedException(new(422, "amount_exceeds", "More than is captured and not yet refunded."));
        var refundId = Ids.New("ref");
        return await RunAsync(refund, refundId, new RefundState(id, refundId, payment.Id, payment.Connection, payment.VendorId, amount, input.Reason), key, cancellationToken);
    }

    public async Task<Answer> CancelAsync(string id, CancelInput input, IdempotencyKey key, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        if (await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        var order = await LoadAsync(id, precondition, cancellationToken);
        if (order.Status is not (Order.Placed or Order.Paid)) throw Refused($"An order that is {order.Status} cannot be canceled.");
        var payment = order.Payments.Count > 0 ? order.Payments[^1] : null;
        var back = new Money(payment is null ? 0 : payment.Captured - payment.Refunded, order.Currency);
        var state = new CancelState(id, Ids.New("can"), payment?.Id, payment?.Connection, payment?.VendorId, back, payment?.Status == "authorized", input.Restock, input.Reason, order.PlacedAt)
        {
            Authorized = new(payment?.Authorized ?? 0, order.Currency),
        };
        return await RunAsync(cancel, Canceling(id), state, key, cancellationToken);
    }

    /// <summary>Sends goods off: the named pieces, or all that are left.</summary>
    public async Task<Answer> FulfillAsync(string id, FulfillInput input, IdempotencyKey? key, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            if (key is not null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
            var order = await LoadAsync(id, precondition, cancellationToken);
            if (order.Status is not (Order.Placed or Order.Paid or Order.Fulfilling)) throw Refused($"An order that is {order.Status} cannot be fulfilled.");
            if (await processes.FindLiveAsync(Canceling(id), cancellationToken) is not null) throw Refused("The order is being canceled.");
            var left = order.Lines.ToDictionary(line => line.Sku, line => line.Quantity - order.Fulfillments.SelectMany(sent => sent.Lines).Where(sent => sent.Sku == line.Sku).Sum(sent => sent.Quantity));
            var sent = input.Lines ?? [.. left.Where(line => line.Value > 0).Select(line => new LineInput(line.Key, line.Value))];
            if (sent.Count == 0 || sent.Any(line => line.Quantity < 1 || line.Quantity > left.GetValueOrDefault(line.Sku)) || sent.DistinctBy(line => line.Sku).Count() < sent.Count)
                throw new RefusedException(new(422, "amount_exceeds", "More than is left to send."));
            var all = left.Values.Sum() == sent.Sum(line => line.Quantity);
            var now = clock.GetUtcNow();
            var next = order.With("order.fulfilled", all ? "Everything was sent." : "A part was sent.", now) with
            {
                Status = all ? Order.Fulfilled : Order.Fulfilling,
                Fulfillments = [.. order.Fulfillments, new(Ids.New("ful"), sent, input.TrackingNumber, now)],
            };
            var answer = new Answer(200, Json.Write(next.View())) { ETag = ETags.Of(next.Version) };
            var commit = new Commit();
            orders.Update(commit, next, "{}", sending: true);
            commit.Audit("order.fulfilled", order.Id, null, Json.Write(next.Fulfillments[^1] with { TrackingNumber = null }));
            key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                return answer;
            }
            catch (Exception moved) when (moved is GuardFailedException or DuplicateException && tries < 8)
            {
                await Task.Delay(Random.Shared.Next(1, 20), cancellationToken);
            }
        }
    }

    private async Task<Answer> RunAsync<TState>(Process<TState> process, string subject, TState state, IdempotencyKey key, CancellationToken cancellationToken)
        where TState : class
    {
        var (run, _) = await runner.StartAsync(process, subject, state, key);
        if (run.Answer is { } answer) return answer;
        if (run.Record.Version == 0 && run.Refusal is null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        throw new RefusedException(run.Refusal ?? new(503, "service_unavailable", "This could not be finished now; repeat the request with the same Idempotency-Key.")
        {
            Retryable = true,
            RetryAfter = TimeSpan.FromSeconds(1),
        });
    }

    private async Task<Order> LoadAsync(string id, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        var order = await orders.ReadAsync(id, cancellationToken) ?? throw new RefusedException(Refusal.NotFound("order"));
        return precondition(order.Version) is { } stale ? throw new RefusedException(stale) : order;
    }

    private static Money Amount(MoneyInput? input, Order order, long everything)
    {
        if (input is null) return new(everything, order.Currency);
        if (input.Currency != order.Currency) throw new RefusedException(new(422, "currency_mismatch", $"The order is in {order.Currency}.") { Errors = [new FieldError("/amount/currency", "currency_mismatch", "Use the order's currency.")] });
        if (input.Amount < 1) throw new RefusedException(Refusal.Invalid("/amount/amount", "out_of_range", "An amount is at least 1."));
        return new(input.Amount, order.Currency);
    }

    /// <summary>What a process that cancels this order is about: there is one at a time.</summary>
    private static string Canceling(string orderId) => $"cancel:{orderId}";

    private static RefusedException Refused(string why) => new(new(409, "order_state", why));
}
