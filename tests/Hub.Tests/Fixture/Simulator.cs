using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Composable.Hub.Tests.Fixture;

/// <summary>One payment as the simulated vendor has it in its books.</summary>
public sealed record Charge(string Id, string Reference, long Amount, long Captured, long Refunded, string Currency, string Status);

/// <summary>The vendors' side of a shop: their faults, their books, their notices.</summary>
public sealed class Simulator(TestShop shop)
{
    private const string Secret = "whsec_sandbox";
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public async Task FaultAsync(string fault, string operation = "*", object? value = null, int? times = null, string vendor = "stripe", double? rate = null)
    {
        var body = new Dictionary<string, object> { ["vendor"] = vendor, ["operation"] = operation, ["fault"] = fault };
        if (value is not null) body["value"] = value;
        if (times is not null) body["times"] = times;
        if (rate is not null) body["rate"] = rate;
        using var answer = await Http.PostAsJsonAsync(At("/_faults"), body);
        answer.EnsureSuccessStatusCode();
    }

    public async Task HealAsync()
    {
        using var answer = await Http.DeleteAsync(At("/_faults"));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How notices travel from now on.</summary>
    public async Task NoticesAsync(object manner)
    {
        using var answer = await Http.PostAsJsonAsync(At("/_webhooks"), manner);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<IReadOnlyList<Charge>> ChargesAsync(string vendor = "stripe")
    {
        var ledger = (await Http.GetFromJsonAsync<JsonNode>(At($"/_ledger/{vendor}")))!;
        return [.. ledger["charges"]!.AsArray().Select(charge => new Charge(
            charge!["id"]!.GetValue<string>(), charge["reference"]?.GetValue<string>() ?? "", charge["amount"]!.GetValue<long>(), charge["captured"]!.GetValue<long>(),
            charge["refunded"]!.GetValue<long>(), charge["currency"]!.GetValue<string>(), charge["status"]!.GetValue<string>()))];
    }

    public async Task<JsonNode> TaxBooksAsync() => (await Http.GetFromJsonAsync<JsonNode>(At("/_ledger/taxjar")))!;

    /// <summary>What the vendor holds for the attempts of a checkout.</summary>
    public async Task<IReadOnlyList<Charge>> ChargesOfAsync(string checkoutId, string vendor = "stripe")
    {
        var attempts = await shop.Database.QueryAsync<string>($"SELECT id FROM payments WHERE checkout_id = {checkoutId}", default);
        return [.. (await ChargesAsync(vendor)).Where(charge => attempts.Contains(charge.Reference))];
    }

    public async Task<Charge> ChargeUntilAsync(string checkoutId, string status)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            if ((await ChargesOfAsync(checkoutId)).FirstOrDefault(charge => charge.Status == status) is { } found) return found;
            await Task.Delay(100);
        }

        throw new TimeoutException($"No charge of {checkoutId} became {status}: {string.Join(", ", await ChargesOfAsync(checkoutId))}");
    }

    /// <summary>How the next captures, refunds or cancels end at Adyen: <c>succeed</c>, <c>fail</c>, or <c>hold</c> until told.</summary>
    public async Task EndAsync(string operation, string outcome)
    {
        using var answer = await Http.PostAsJsonAsync(At("/_settle/adyen"), new { operation, outcome });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends one that is held, or takes back one that had succeeded.</summary>
    public async Task SettleAsync(string transfer, bool succeeds)
    {
        using var answer = await Http.PostAsJsonAsync(At($"/_settle/adyen/{transfer}"), new { succeeds });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The shopper's answer on the confirmation page.</summary>
    /// <summary>Finishes the confirmation page. What it answers is where it sends the shopper back to.</summary>
    public static async Task<Uri?> ConfirmAsync(string url, string outcome)
    {
        using var answer = await Http.PostAsync(new Uri(url), new FormUrlEncodedContent([new("outcome", outcome)]));
        ((int)answer.StatusCode).ShouldBeInRange(200, 399);
        return answer.Headers.Location;
    }

    public async Task DisputeAsync(string paymentIntent)
    {
        using var answer = await Http.PostAsJsonAsync(At("/_dispute/stripe"), new { payment_intent = paymentIntent });
        answer.EnsureSuccessStatusCode();
    }

    public async Task CloseDisputeAsync(string dispute, bool won)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At($"/stripe/v1/disputes/{dispute}"));
        request.Headers.Authorization = new("Bearer", "sk_test_sandbox");
        request.Content = new FormUrlEncodedContent([new("evidence[uncategorized_text]", won ? "winning_evidence" : "losing_evidence"), new("submit", "true")]);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A notice about a payment, as Stripe would write it.</summary>
    public static string Notice(string eventId, string type, string intent, string? reference, long amount, string currency = "usd", string status = "succeeded") => new JsonObject
    {
        ["id"] = eventId,
        ["object"] = "event",
        ["type"] = type,
        ["livemode"] = false,
        ["created"] = 1_750_000_000,
        ["data"] = new JsonObject
        {
            ["object"] = new JsonObject
            {
                ["id"] = intent,
                ["object"] = "payment_intent",
                ["amount"] = amount,
                ["currency"] = currency,
                ["status"] = status,
                ["metadata"] = reference is null ? [] : new JsonObject { ["hub_reference"] = reference },
            },
        },
    }.ToJsonString();

    /// <summary>A notice about a single refund, as Stripe would write it.</summary>
    public static string RefundNotice(string eventId, string refund, string intent, string? reference, long amount, string status) => new JsonObject
    {
        ["id"] = eventId,
        ["object"] = "event",
        ["type"] = status == "failed" ? "refund.failed" : "refund.updated",
        ["livemode"] = false,
        ["data"] = new JsonObject
        {
            ["object"] = new JsonObject
            {
                ["id"] = refund,
                ["object"] = "refund",
                ["payment_intent"] = intent,
                ["amount"] = amount,
                ["currency"] = "usd",
                ["status"] = status,
                ["metadata"] = reference is null ? [] : new JsonObject { ["hub_reference"] = reference },
            },
        },
    }.ToJsonString();

    public static string Signature(string body, DateTimeOffset at, string secret = Secret)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}")));
        return $"t={seconds},v1={mac}";
    }

    /// <summary>Posts a notice to the hub; signed now unless another signature is given. Null leaves the header away.</summary>
    public Task<Reply> NotifyAsync(string body, string? signature = "") => new ShopClient(shop).SendAsync(
        HttpMethod.Post, "/webhooks/stripe", body, key: null, headers: signature is null ? [] : [("Stripe-Signature", signature.Length > 0 ? signature : Signature(body, DateTimeOffset.UtcNow))]);

    /// <summary>Posts a notice as Adyen writes and signs it.</summary>
    public Task<Reply> NotifyAdyenAsync(string code, string id, string original, string reference, long amount, string currency, bool success = true)
    {
        const string account = "ComposableTest";
        var key = Convert.FromHexString(string.Concat(Enumerable.Repeat("AD1E", 16)));
        var succeeded = success ? "true" : "false";
        var signed = string.Join(':', id, original, account, reference, amount.ToString(CultureInfo.InvariantCulture), currency, code, succeeded);
        var item = new
        {
            additionalData = new { hmacSignature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed))) },
            amount = new { currency, value = amount },
            eventCode = code,
            eventDate = "2026-11-21T12:00:00+00:00",
            merchantAccountCode = account,
            merchantReference = reference,
            originalReference = original,
            pspReference = id,
            reason = "",
            success = succeeded,
        };
        var body = System.Text.Json.JsonSerializer.Serialize(new { live = "false", notificationItems = new[] { new { NotificationRequestItem = item } } });
        return new ShopClient(shop).SendAsync(HttpMethod.Post, "/webhooks/adyen", body, key: null);
    }

    /// <summary>The status and note a stored notice ended in.</summary>
    public async Task<(string Status, string? Note)> NoticeUntilSettledAsync(string eventId)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var rows = await shop.Database.QueryAsync<(string Status, string? Note)>($"SELECT status, note FROM webhook_inbox WHERE event_id = {eventId} AND status <> 'stored'", default);
            if (rows is [var row]) return row;
            await Task.Delay(100);
        }

        throw new TimeoutException($"The notice {eventId} was not settled.");
    }

    private Uri At(string path) => new(shop.SandboxUrl, path);
}
