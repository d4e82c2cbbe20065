using System.Net;

namespace Crash.Tests;

/// <summary>Buys as API.md's first purchase does, pays in changing ways, and does not give up because a connection broke.</summary>
internal sealed class Shopper(Api api, HttpClient sandbox, PurchaseLog log, IReadOnlyList<string> skus, Bias bias, Random random)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly Address Home = new("Ada Byron", "1 Main St", "Austin", "78701", "US", Region: "TX");
    private readonly Staff staff = new(api, log, random);

    /// <summary>Shops until <paramref name="enough"/>, and finishes the purchase that is under way then.</summary>
    public async Task RunAsync(CancellationToken enough, CancellationToken cancellationToken)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await BuyAsync(cancellationToken);
            }
            catch (UnexpectedAnswerException unexpected)
            {
                log.Complain(unexpected.Message);
                return;
            }
        }
    }

    private async Task BuyAsync(CancellationToken cancellationToken)
    {
        var cart = Expect<CartView>(await PostAsync("/v1/carts", new CreateCart(Lines: Lines()), null, cancellationToken));
        var token = cart.Token ?? throw new UnexpectedAnswerException($"Cart {cart.Id} came without a token.");
        if (random.Next(5) == 0) await PostAsync($"/v1/carts/{cart.Id}/operations", new { operations = new[] { new { type = "applyCode", code = "WELCOME10" } } }, token, cancellationToken);
        var created = await PostAsync("/v1/checkouts", new CreateCheckout(cart.Id), token, cancellationToken);
        if (created.Status == HttpStatusCode.Conflict) return;
        var checkout = Expect<CheckoutView>(created);
        var purchase = new Purchase(token, checkout.Id);
        log.Add(purchase);
        checkout = await PatchAsync(purchase, new { email = $"shopper{random.Next(1000)}@example.com", shippingAddress = Home, billingAddress = (Address?)null }, cancellationToken);
        if (checkout.DeliveryOptions is not [var delivery, ..]) throw new UnexpectedAnswerException($"Checkout {checkout.Id} offers no delivery.");
        checkout = await PatchAsync(purchase, new { deliveryOption = delivery.Id }, cancellationToken);
        await PayAsync(purchase, checkout, cancellationToken);
        if (purchase.Told is { } order) await staff.LookAfterAsync(purchase, order, bias, cancellationToken);
    }

    private async Task PayAsync(Purchase purchase, CheckoutView checkout, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 4 && checkout is { Status: "ready", Quote: not null }; attempt++)
        {
            var payment = new PaymentInput(new PaymentMethodInput("card", Method(attempt)));
            var answer = await PostAsync($"/v1/checkouts/{checkout.Id}/complete", new CompleteCheckout(checkout.Quote.Token, payment), purchase.CartToken, cancellationToken, $"complete-{attempt}");
            purchase.Refused = answer.Ok ? null : answer.Code;
            if (answer.Ok)
            {
                if (await FinishAsync(purchase, answer.As<CheckoutView>(), cancellationToken)) return;
            }
            else if (answer.Status is not (HttpStatusCode.PaymentRequired or HttpStatusCode.Conflict))
            {
                throw new UnexpectedAnswerException($"complete of {checkout.Id}: {(int)answer.Status} {answer.Body}");
            }
            else if (answer.Code == "out_of_stock" || random.Next(2) == 0)
            {
                return;
            }
            checkout = await ReadAsync(purchase, cancellationToken);
        }
    }

    /// <summary>Follows a completing checkout to its end. False: the payment failed and another method may be tried.</summary>
    private async Task<bool> FinishAsync(Purchase purchase, CheckoutView checkout, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestWait);
        string? confirmed = null;
        while (checkout.Status is "completing" or "action_required")
        {
            if (patience.IsCancellationRequested) throw new UnexpectedAnswerException($"Checkout {checkout.Id} is still {checkout.Status} after {LongestWait.TotalSeconds:0} s.");
            if (checkout is { Status: "action_required", Actions: [var action, ..] } && action.Url != confirmed)
            {
                if (Often(Bias.Cancels)) return await CancelAsync(purchase, cancellationToken);
                if (await ConfirmAsync(action.Url, cancellationToken)) confirmed = action.Url;
            }
            await Task.Delay(150, cancellationToken);
            checkout = await ReadAsync(purchase, cancellationToken);
        }
        if (checkout.Status == "completed") purchase.Told = checkout.Order ?? await OrderAsync(purchase, checkout, cancellationToken);
        else purchase.Refused = $"checkout is {checkout.Status}";
        return checkout.Status is "completed" or "canceled" or "expired";
    }

    private async Task<OrderView> OrderAsync(Purchase purchase, CheckoutView checkout, CancellationToken cancellationToken) =>
        Expect<OrderView>(await api.ShopAsync(HttpMethod.Get, $"/v1/orders/{checkout.OrderId}", null, purchase.CartToken, cancellationToken));

    private async Task<bool> CancelAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        var answer = await PostAsync($"/v1/checkouts/{purchase.CheckoutId}/cancel", new { }, purchase.CartToken, cancellationToken);
        purchase.Canceled = answer.Ok && answer.As<CheckoutView>().Status == "canceled";
        return purchase.Canceled || await FinishAsync(purchase, await ReadAsync(purchase, cancellationToken), cancellationToken);
    }

    private async Task<bool> ConfirmAsync(string url, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent([new("outcome", random.Next(3) == 0 ? "fail" : "succeed")]);
        try
        {
            using var answer = await sandbox.PostAsync(new Uri(url), form, cancellationToken);
            return answer.IsSuccessStatusCode || (int)answer.StatusCode is >= 300 and < 500;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string Method(int attempt) => attempt switch
    {
        > 0 => "pm_card_visa",
        _ when Often(Bias.Declines) => random.Next(2) == 0 ? "pm_card_visa_chargeDeclined" : "pm_card_chargeDeclinedInsufficientFunds",
        _ when Often(Bias.Confirmations) || bias == Bias.Cancels => "pm_card_authenticationRequired",
        _ => random.Next(4) == 0 ? "pm_card_mastercard" : "pm_card_visa",
    };

    private bool Often(Bias kind) => random.Next(100) < (bias == kind ? 60 : 8);

    private List<LineInput> Lines() =>
        [.. random.GetItems(skus.ToArray(), random.Next(1, 4)).Distinct().Select(sku => new LineInput(sku, random.Next(1, 3)))];

    /// <param name="key">A key counts for one route only: every checkout may use the same few.</param>
    private Task<Answer> PostAsync(string path, object body, string? cartToken, CancellationToken cancellationToken, string? key = null) =>
        api.ShopAsync(HttpMethod.Post, path, body, cartToken, cancellationToken, key ?? Guid.NewGuid().ToString());

    private async Task<CheckoutView> PatchAsync(Purchase purchase, object change, CancellationToken cancellationToken) =>
        Expect<CheckoutView>(await api.ShopAsync(HttpMethod.Patch, $"/v1/checkouts/{purchase.CheckoutId}", change, purchase.CartToken, cancellationToken));

    private async Task<CheckoutView> ReadAsync(Purchase purchase, CancellationToken cancellationToken) =>
        Expect<CheckoutView>(await api.ShopAsync(HttpMethod.Get, $"/v1/checkouts/{purchase.CheckoutId}", null, purchase.CartToken, cancellationToken));

    private static T Expect<T>(Answer answer) =>
        answer.Ok ? answer.As<T>() : throw new UnexpectedAnswerException($"Instead of a {typeof(T).Name}: {(int)answer.Status} {answer.Body}");
}
