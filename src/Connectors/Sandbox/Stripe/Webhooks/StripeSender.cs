using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Sandbox.Webhooks;

namespace Composable.Sandbox.Stripe.Webhooks;

/// <summary>Hands Stripe's notices to the sender, once for each address that wants them, signed as Stripe signs.</summary>
internal sealed class StripeSender(SandboxOptions options, StripeBooks books, WebhookSender sender, DeliveryManners manners)
{
    private readonly Uri? _address = options.StripeWebhookUrl is { } url ? new Uri(url) : null;

    /// <summary>Queues the entry's notices. Called under the books' gate, so that they queue in the order of the effects.</summary>
    public void Notify(StripeEntry entry, string? traceParent)
    {
        foreach (var notice in entry.Events)
        {
            Queue(notice, entry, traceParent, manners.Of("stripe"));
        }
    }

    /// <summary>Sends a notice once more, now.</summary>
    public void Redeliver(StripeEvent notice, StripeEntry entry, string? traceParent) => Queue(notice, entry, traceParent, new DeliveryManner());

    private static string Sign(ReadOnlySpan<byte> body, string secret, long now)
    {
        var time = now.ToString(CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(time + "."));
        hash.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private void Queue(StripeEvent notice, StripeEntry entry, string? traceParent, DeliveryManner manner)
    {
        foreach (var (address, secret) in Addresses(notice.Type))
        {
            sender.Send(new Delivery(notice.Id, () => Compose(notice, entry, address, secret, traceParent)), manner);
        }
    }

    private IEnumerable<(Uri Address, string Secret)> Addresses(string type)
    {
        if (_address is not null)
        {
            yield return (_address, options.StripeWebhookSecret);
        }

        foreach (var endpoint in books.Endpoints.OldestFirst)
        {
            if (!endpoint.Removed && (endpoint.Events.Contains(type) || endpoint.Events.Contains("*")))
            {
                yield return (new Uri(endpoint.Url), endpoint.Secret);
            }
        }
    }

    private HttpRequestMessage Compose(StripeEvent notice, StripeEntry entry, Uri address, string secret, string? traceParent)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(body, Reply.Json))
        {
            StripeJson.Event(json, notice, entry);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.TryAddWithoutValidation("Stripe-Signature", Sign(body.WrittenSpan, secret, books.Now));
        request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        return request;
    }
}
