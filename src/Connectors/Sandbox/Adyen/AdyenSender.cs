using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Sandbox.Webhooks;

namespace Composable.Sandbox.Adyen;

/// <summary>Hands Adyen's notices to the sender, each item signed. What was not taken is sent again after a restart, because nobody can ask Adyen for it.</summary>
internal sealed class AdyenSender(SandboxOptions options, AdyenBooks books, WebhookSender sender, DeliveryManners manners)
{
    private readonly Uri? _address = options.AdyenWebhookUrl is { } url ? new Uri(url) : null;
    private readonly byte[] _key = Convert.FromHexString(options.AdyenHmacKey);

    /// <summary>Queues notices. Called under the books' gate, so that they queue in the order of the effects.</summary>
    public void Notify(IReadOnlyList<Notice> notices, string? traceParent)
    {
        if (notices.Count == 0)
        {
            return;
        }

        var manner = manners.Of("adyen");
        if (manner.Drop)
        {
            books.Commit(new AdyenEntry { Delivered = [.. notices.Select(notice => notice.Id)] });
            return;
        }

        Send(notices, traceParent, manner);
    }

    /// <summary>Sends notices once more, now, in one request.</summary>
    public void Redeliver(IReadOnlyList<Notice> notices, string? traceParent) => Send(notices, traceParent, new DeliveryManner());

    /// <summary>Takes up what an earlier process did not deliver.</summary>
    public void Resume()
    {
        lock (books.Gate)
        {
            foreach (var notice in books.Undelivered)
            {
                Send([notice], null, new DeliveryManner());
            }
        }
    }

    private void Send(IReadOnlyList<Notice> notices, string? traceParent, DeliveryManner manner)
    {
        if (_address is not null)
        {
            sender.Send(new Delivery(notices[0].Id, () => Compose(notices, traceParent), () => Taken(notices)), manner);
        }
    }

    private void Taken(IReadOnlyList<Notice> notices)
    {
        lock (books.Gate)
        {
            books.Commit(new AdyenEntry { Delivered = [.. notices.Select(notice => notice.Id)] });
        }
    }

    private HttpRequestMessage Compose(IReadOnlyList<Notice> notices, string? traceParent)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(body, Reply.Json))
        {
            json.WriteStartObject();
            json.WriteString("live", "false");
            json.WriteStartArray("notificationItems");
            foreach (var notice in notices)
            {
                json.WriteStartObject();
                json.WritePropertyName("NotificationRequestItem");
                Write(json, notice);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        return request;
    }

    private void Write(Utf8JsonWriter json, Notice notice)
    {
        json.WriteStartObject();
        json.WriteStartObject("additionalData");
        json.WriteString("hmacSignature", Sign(notice));
        foreach (var (name, value) in notice.Data)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("amount");
        json.WriteString("currency", notice.Currency);
        json.WriteNumber("value", notice.Amount);
        json.WriteEndObject();
        json.WriteString("eventCode", notice.Code);
        json.WriteString("eventDate", notice.At.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
        json.WriteString("merchantAccountCode", options.AdyenMerchantAccount);
        json.WriteString("merchantReference", notice.MerchantReference);
        if (notice.OriginalReference is { } original)
        {
            json.WriteString("originalReference", original);
        }

        json.WriteString("paymentMethod", notice.Brand);
        json.WriteString("pspReference", notice.PspReference);
        json.WriteString("reason", notice.Reason);
        json.WriteString("success", notice.Success ? "true" : "false");
        json.WriteEndObject();
    }

    private string Sign(Notice notice) => Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Join(':',
        notice.PspReference, notice.OriginalReference, options.AdyenMerchantAccount, notice.MerchantReference,
        notice.Amount.ToString(CultureInfo.InvariantCulture), notice.Currency, notice.Code, notice.Success ? "true" : "false"))));
}
