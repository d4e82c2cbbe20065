using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>The methods that shoppers let Adyen keep, under our id of the customer.</summary>
internal sealed partial class AdyenClient
{
    private const int TwoDigitYears = 100;
    private const int Century = 2000;

    public async Task<IReadOnlyList<SavedMethod>> SavedMethodsAsync(string customer, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, $"/storedPaymentMethods?{Whose(customer)}");
        var answer = await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
        if (!answer.IsSuccess)
        {
            var error = AdyenErrors.Read(answer);
            return AdyenErrors.IsNoSuchMethod(error) ? [] : throw AdyenErrors.Failure(answer, error);
        }

        return [.. (answer.Read(AdyenJson.Default.AdyenStoredMethods).StoredPaymentMethods ?? []).Select(Saved).OfType<SavedMethod>()];
    }

    public async Task ForgetMethodAsync(string customer, string token, CancellationToken cancellationToken)
    {
        // What is not the id of a kept method is kept by nobody.
        if (AdyenToken.Read(token)?.StoredPaymentMethodId is not { } id) return;
        using var request = Request(HttpMethod.Delete, $"/storedPaymentMethods/{Uri.EscapeDataString(id)}?{Whose(customer)}");
        // Forgetting twice is forgetting once, so without an answer it is simply asked again.
        var answer = await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
        if (answer.IsSuccess) return;
        var error = AdyenErrors.Read(answer);
        if (!AdyenErrors.IsNoSuchMethod(error)) throw AdyenErrors.Failure(answer, error);
    }

    private static SavedMethod? Saved(AdyenStoredMethod? method)
    {
        if (method is not { Id: { Length: > 0 } id }) return null;
        var brand = method.Brand switch
        {
            "visa" => "Visa",
            "mc" => "Mastercard",
            "amex" => "American Express",
            "maestro" => "Maestro",
            "discover" => "Discover",
            var other => method.Name ?? other ?? "Card",
        };
        // Four digits and no more, whatever came.
        var title = method.LastFour is { Length: 4 } four && four.All(char.IsAsciiDigit) ? $"{brand} •••• {four}" : brand;
        var year = Number(method.ExpiryYear);
        return new SavedMethod(id, method.Type is "scheme" or null ? "card" : method.Type, title, Number(method.ExpiryMonth), year < TwoDigitYears ? year + Century : year);
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string Whose(string customer) => $"merchantAccount={Uri.EscapeDataString(_settings.MerchantAccount)}&shopperReference={Uri.EscapeDataString(customer)}";
}
