using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>A customer can be deleted, with the methods they let Stripe keep. Payments stay with Stripe: it has no call that redacts them.</summary>
internal sealed partial class StripeClient
{
    public async Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken)
    {
        var customer = await FindCustomerAsync(subject.Customer, cancellationToken);
        if (customer is not null) await DeleteCustomerAsync(customer, cancellationToken);
        return subject.Payments.Any(payment => payment.VendorId is not null)
            ? new Forgotten.ByHand("Stripe keeps what shoppers told its card form with their payments, and has no call that redacts it: ask for these payments in its dashboard.")
            : customer is not null ? new Forgotten.Done(customer) : new Forgotten.NothingKept();
    }

    private async Task DeleteCustomerAsync(string id, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Delete, $"/v1/customers/{Uri.EscapeDataString(id)}");
        // Deleting twice is deleting once, so without an answer it is simply asked again.
        var answer = await _http.SendAsync(request, VendorEffect.Reads, cancellationToken);
        if (!answer.IsSuccess && answer.Status is not HttpStatusCode.NotFound) throw StripeErrors.Failure(answer, StripeErrors.Read(answer));
    }
}
