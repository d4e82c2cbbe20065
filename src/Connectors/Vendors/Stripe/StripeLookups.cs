using System.Net;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Finding what an earlier request left behind. Lists are used, because Stripe's search lags behind its writes by up to a minute.</summary>
internal sealed partial class StripeClient
{
    private const int MaxPages = 20;

    /// <summary>Null when Stripe has no such intent.</summary>
    private async Task<(VendorAnswer Answer, StripeIntent? Intent)> GetIntentAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await GetAsync($"/v1/payment_intents/{Uri.EscapeDataString(id)}", cancellationToken);
        if (answer.IsSuccess) return (answer, answer.Read(StripeJson.Default.StripeIntent));

        var error = StripeErrors.Read(answer);
        return answer.Status is HttpStatusCode.NotFound ? (answer, null) : throw StripeErrors.Failure(answer, error);
    }

    private async Task<(VendorAnswer Answer, StripeIntent? Intent)> FindIntentAsync(string reference, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        // Five minutes back for clocks that differ. Nearly every intent is made within minutes of its attempt, and lists run from new to old:
        // the narrow window first keeps an old attempt of a busy shop findable.
        (TimeSpan From, TimeSpan To)[] windows = [(TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(15)), (TimeSpan.FromMinutes(15), TimeSpan.FromHours(48))];
        VendorAnswer? last = null;
        foreach (var (from, to) in windows)
        {
            var filter = $"created[gte]={(startedAt + from).ToUnixTimeSeconds()}&created[lte]={(startedAt + to).ToUnixTimeSeconds()}";
            (last, var found) = await FindAsync("/v1/payment_intents", filter, reference, StripeJson.Default.StripeListStripeIntent, cancellationToken);
            if (found is not null) return (last, found);
        }

        return (last!, null);
    }

    private async Task<(VendorAnswer Answer, T? Found)> FindAsync<T>(string path, string filter, string reference, JsonTypeInfo<StripeList<T>> type, CancellationToken cancellationToken)
        where T : class, IStripeObject
    {
        var after = "";
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await GetAsync($"{path}?{filter}&limit=100{after}", cancellationToken);
            if (!answer.IsSuccess) throw StripeErrors.Failure(answer, StripeErrors.Read(answer));

            var list = answer.Read(type);
            if (list.Data.FirstOrDefault(each => each?.Metadata?.GetValueOrDefault(ReferenceKey) == reference) is { } found) return (answer, found);
            if (!list.HasMore || list.Data.Count == 0) return (answer, null);
            after = $"&starting_after={Uri.EscapeDataString(list.Data[^1]?.Id ?? throw answer.Unusable("its list has a gap"))}";
        }

        // "Not found" is a certain answer that leads to charging again. This is not one.
        throw new VendorException(VendorFailure.Transient, $"Stripe lists more than {MaxPages * 100} objects for {path}; whether one is ours is not known.");
    }
}
