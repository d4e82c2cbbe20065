using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Attacks;

/// <summary>A notice as one vendor signs it, to be forged: what is posted, and the headers that vouch for it.</summary>
/// <param name="EventId">Under which it would be stored.</param>
internal sealed record SignedNotice(string Connection, string EventId, string Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>By connector: a genuine one for the connection of that name, with a secret and at a time. Whoever adds a connector that reads notices adds it here.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string, string, DateTimeOffset, SignedNotice>> Makers = new Dictionary<string, Func<string, string, DateTimeOffset, SignedNotice>>
    {
        ["stripe"] = Stripe,
        ["adyen"] = Adyen,
        ["contentful"] = Contentful,
    };

    /// <summary>The secrets that the shop and its neighbour have agreed on with each vendor.</summary>
    public static (string Ours, string Neighbours) SecretsOf(string connector) =>
        connector == "adyen" ? (string.Concat(Enumerable.Repeat("AD1E", 16)), string.Concat(Enumerable.Repeat("B0B0", 16))) : ($"whsec_of_{connector}_ours_0001", $"whsec_of_{connector}_theirs_0002");

    public static JsonObject SettingsOf(string connector, string secret) => connector switch
    {
        "stripe" => new() { ["apiKey"] = "sk_test_x", ["webhookSecret"] = secret },
        "adyen" => new() { ["apiKey"] = "AQE-x", ["merchantAccount"] = "ComposableTest", ["hmacKey"] = secret },
        "contentful" => new() { ["spaceId"] = "space", ["deliveryToken"] = "none", ["webhookSecret"] = secret },
        _ => throw new InvalidOperationException($"Which settings has {connector}?"),
    };

    public Task<Reply> PostAsync(ShopClient client) => client.SendAsync(HttpMethod.Post, $"/webhooks/{Connection}", Body, key: null, headers: [.. Headers]);

    private static SignedNotice Stripe(string connection, string secret, DateTimeOffset at)
    {
        var id = $"evt_{Guid.NewGuid():N}";
        var body = Simulator.Notice(id, "payment_intent.succeeded", "pi_1", "pay_nobody", 100);
        return new(connection, id, body, [("Stripe-Signature", Simulator.Signature(body, at, secret))]);
    }

    /// <summary>Its signature is in the body and has no time.</summary>
    private static SignedNotice Adyen(string connection, string secret, DateTimeOffset at)
    {
        var id = $"PSP{Guid.NewGuid():N}"[..19].ToUpperInvariant();
        var signed = $"{id}::ComposableTest:pay_nobody:100:USD:AUTHORISATION:true";
        var item = new JsonObject
        {
            ["additionalData"] = new JsonObject { ["hmacSignature"] = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromHexString(secret), Encoding.UTF8.GetBytes(signed))) },
            ["amount"] = new JsonObject { ["currency"] = "USD", ["value"] = 100 },
            ["eventCode"] = "AUTHORISATION",
            ["eventDate"] = at.ToString("O", CultureInfo.InvariantCulture),
            ["merchantAccountCode"] = "ComposableTest",
            ["merchantReference"] = "pay_nobody",
            ["originalReference"] = "",
            ["pspReference"] = id,
            ["reason"] = "",
            ["success"] = "true",
        };
        return new(connection, id, new JsonObject { ["live"] = "false", ["notificationItems"] = new JsonArray(new JsonObject { ["NotificationRequestItem"] = item }) }.ToJsonString(), []);
    }

    private static SignedNotice Contentful(string connection, string secret, DateTimeOffset at)
    {
        const string Topic = "ContentManagement.Entry.publish", Signed = "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic";
        var body = $$$"""{"sys":{"id":"{{{Guid.NewGuid():N}}}","type":"Entry","revision":1}}""";
        var time = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var text = $"POST\n/webhooks/{connection}\nx-contentful-signed-headers:{Signed};x-contentful-timestamp:{time};x-contentful-topic:{Topic}\n{body}";
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Topic}\n{body}")).AsSpan(0, 16));
        return new(connection, id, body,
        [
            ("x-contentful-topic", Topic), ("x-contentful-timestamp", time), ("x-contentful-signed-headers", Signed),
            ("x-contentful-signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)))),
        ]);
    }
}
