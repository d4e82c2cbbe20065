using System.Net;

namespace Crash.Tests;

/// <summary>What staff do to some orders: capture, refund or cancel.</summary>
internal sealed class Staff(Api api, PurchaseLog log, Random random)
{
    public async Task LookAfterAsync(Purchase purchase, OrderView order, Bias bias, CancellationToken cancellationToken)
    {
        var roll = random.Next(100);
        if (roll < (bias == Bias.Refunds ? 70 : 12))
        {
            var most = order.Totals.Total.Amount;
            var amount = random.Next(2) == 0 ? most : Math.Max(1, most / 3);
            await WaitUntilPaidAsync(order.Id, cancellationToken);
            if (await ChangeAsync(order.Id, "refund", new RefundInput(new MoneyInput(amount, order.Currency), "Returned"), cancellationToken)) purchase.RefundAgreed = amount;
        }
        else if (roll > (bias == Bias.Cancels ? 40 : 92))
        {
            await ChangeAsync(order.Id, "cancel", new CancelInput("Changed their mind"), cancellationToken);
        }
        else if (roll > 85)
        {
            await ChangeAsync(order.Id, "capture", new CaptureInput(), cancellationToken);
        }
    }

    private async Task WaitUntilPaidAsync(string id, CancellationToken cancellationToken)
    {
        for (var look = 0; look < 20; look++)
        {
            var answer = await api.AdminAsync(HttpMethod.Get, $"/admin/orders/{id}", null, cancellationToken);
            if (!answer.Ok || answer.As<OrderView>().Status != "placed") return;
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>True when the hub agreed. A stale version is read again; a state that forbids the change is an answer like any other.</summary>
    private async Task<bool> ChangeAsync(string id, string verb, object body, CancellationToken cancellationToken)
    {
        var key = Guid.NewGuid().ToString();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var order = await api.AdminAsync(HttpMethod.Get, $"/admin/orders/{id}", null, cancellationToken);
            var answer = await api.AdminAsync(HttpMethod.Post, $"/admin/orders/{id}/{verb}", body, cancellationToken, key, order.ETag);
            if (answer.Ok) return true;
            if (answer.Status == HttpStatusCode.PreconditionFailed) continue;
            if (answer.Status is not (HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity))
                log.Complain($"{verb} of {id}: {(int)answer.Status} {answer.Body}");
            return false;
        }
        return false;
    }
}
