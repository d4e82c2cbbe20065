using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Customers, found by our id in their metadata, and the methods they let Stripe keep.</summary>
internal sealed partial class StripeClient
{
    /// <summary>Longer than Stripe's search lags behind its writes.</summary>
    private static readonly TimeSpan SearchLag = TimeSpan.FromMinutes(5);

    public async Task<IReadOnlyList<SavedMethod>> SavedMethodsAsync(string customer, CancellationToken cancellationToken) =>
        await FindCustomerAsync(customer, cancellationToken) is { } id
            ? [.. (await MethodsOfAsync(id, cancellationToken)).Select(Saved)]
            : [];

    public async Task ForgetMethodAsync(string customer, string token, CancellationToken cancellationToken)
    {
        // Stripe detaches whatever it is told to. Whose method it is has to be looked at here.
        if (await FindCustomerAsync(customer, cancellationToken) is not { } id) return;
        if (!(await MethodsOfAsync(id, cancellationToken)).Any(method => method.Id == token)) return;

        using var request = Request(HttpMethod.Post, $"/v1/payment_methods/{Uri.EscapeDataString(token)}/detach");
        // Forgetting twice is forgetting once, so without an answer it is simply asked again.
        var answer = await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
        if (!answer.IsSuccess) throw StripeErrors.Failure(answer, StripeErrors.Read(answer));
    }

    private static SavedMethod Saved(StripeMethod method)
    {
        var brand = method.Card?.Brand switch
        {
            "visa" => "Visa",
            "mastercard" => "Mastercard",
            "amex" => "American Express",
            "discover" => "Discover",
            _ => "Card",
        };
        // Four digits and no more, whatever came.
        var title = method.Card?.Last4 is { Length: 4 } four && four.All(char.IsAsciiDigit) ? $"{brand} •••• {four}" : brand;
        return new SavedMethod(method.Id, "card", title, method.Card?.ExpMonth, method.Card?.ExpYear);
    }

    private async Task<IEnumerable<StripeMethod>> MethodsOfAsync(string id, CancellationToken cancellationToken)
    {
        // One page of the newest hundred: nobody chooses from more.
        var answer = await GetAsync($"/v1/payment_methods?customer={Uri.EscapeDataString(id)}&type=card&limit=100", cancellationToken);
        if (!answer.IsSuccess) throw StripeErrors.Failure(answer, StripeErrors.Read(answer));
        return answer.Read(StripeJson.Default.StripeListStripeMethod).Data.OfType<StripeMethod>();
    }

    /// <summary>Stripe's id of our customer; null when Stripe has none.</summary>
    private async Task<string?> FindCustomerAsync(string customer, CancellationToken cancellationToken)
    {
        var quoted = customer.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        var answer = await GetAsync($"/v1/customers/search?query={Uri.EscapeDataString($"metadata['{ReferenceKey}']:'{quoted}'")}", cancellationToken);
        if (!answer.IsSuccess) throw StripeErrors.Failure(answer, StripeErrors.Read(answer));
        if (answer.Read(StripeJson.Default.StripeListStripeCustomer).Data.FirstOrDefault(each => each?.Metadata?.GetValueOrDefault(ReferenceKey) == customer) is { } found) return found.Id;

        // Those of the last minutes, which search does not know yet.
        var since = (TimeProvider.System.GetUtcNow() - SearchLag).ToUnixTimeSeconds();
        return (await FindAsync("/v1/customers", $"created[gte]={since}", customer, StripeJson.Default.StripeListStripeCustomer, cancellationToken)).Found?.Id;
    }

    private async Task<string> CustomerAsync(string customer, CancellationToken cancellationToken)
    {
        if (await FindCustomerAsync(customer, cancellationToken) is { } known) return known;

        using var request = Request(HttpMethod.Post, "/v1/customers");
        // The key makes one customer of several requests at once.
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"hub:customer:{customer}");
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create($"metadata[{ReferenceKey}]", customer)]);
        // No money moves, and asking again with the key makes no second one: nothing is at stake without an answer.
        var answer = await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
        return answer.IsSuccess ? answer.Read(StripeJson.Default.StripeCustomer).Id : throw StripeErrors.Failure(answer, StripeErrors.Read(answer));
    }
}
