using System.Net.Http.Headers;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Adyen erases by payment, through an API of its own (data protection, v1), and keeps methods under our id of the customer.</summary>
internal sealed partial class AdyenClient
{
    /// <summary>Null where the settings do not say where it is.</summary>
    private readonly VendorHttp? _dataProtection;

    public async Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken)
    {
        foreach (var method in await SavedMethodsAsync(subject.Customer, cancellationToken)) await ForgetMethodAsync(subject.Customer, method.Token, cancellationToken);
        var payments = subject.Payments.Select(payment => payment.VendorId).OfType<string>().ToList();
        if (payments.Count == 0) return new Forgotten.NothingKept();
        if (_dataProtection is not { } api) return new Forgotten.ByHand("Adyen erases through its data protection API, whose address this connection does not have: set dataProtectionUrl for the next time, and ask Adyen for these payments.");
        string? last = null;
        foreach (var payment in payments)
            if (await ForgetAsync(api, payment, cancellationToken)) last = payment;
        return last is null ? new Forgotten.NothingKept() : new Forgotten.Done(last);
    }

    /// <summary>False when there is no such payment.</summary>
    private async Task<bool> ForgetAsync(VendorHttp api, string payment, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, api.At("/requestSubjectErasure"));
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new(_settings.MerchantAccount, payment, ForceErasure: true), AdyenJson.Default.AdyenErasure))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        // Erasing twice is erasing once, so without an answer it is simply asked again.
        var answer = await api.SendAsync(request, VendorEffect.Reads, cancellationToken);
        if (!answer.IsSuccess) throw AdyenErrors.Failure(answer, AdyenErrors.Read(answer));
        return answer.Read(AdyenJson.Default.AdyenErased).Result switch
        {
            "SUCCESS" or "ALREADY_PROCESSED" => true,
            "PAYMENT_NOT_FOUND" => false,
            _ => throw answer.Unusable("it does not say that the payment was erased"),
        };
    }
}
