using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Rows 7 and 19, forged notices: of every connector that reads notices, none is taken that its vendor did not sign as it is.</summary>
public sealed class ForgedNoticeTests
{
    private const string Remote = "remote-";

    [Fact]
    public async Task Row_07_every_connector_that_reads_notices_is_forged_here()
    {
        var connectors = (await (await TestShop.OnAsync("sqlite")).Client().StaffAsync(HttpMethod.Get, "/admin/connectors?limit=100")).ShouldAnswer(200).List("items");

        connectors.Where(connector => connector!["ports"]!.AsArray().Any(port => port!.GetValue<string>() == "webhooks") && connector["package"] is null).Select(connector => connector!["id"]!.GetValue<string>())
            .Where(id => !id.StartsWith(Remote, StringComparison.Ordinal)).Order().ShouldBe(SignedNotice.Makers.Keys.Order());
    }

    [Theory, OnBothDatabases]
    public async Task Row_07_no_forged_notice_of_any_vendor_is_taken(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var tried = 0;
        foreach (var (connector, make) in SignedNotice.Makers)
        {
            var (ours, neighbours) = SignedNotice.SecretsOf(connector);
            foreach (var (id, secret) in ((string, string)[])[($"ours-{connector}", ours), ($"theirs-{connector}", neighbours)])
                (await client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector, settings = SignedNotice.SettingsOf(connector, secret) })).ShouldAnswer(201);
            var now = DateTimeOffset.UtcNow;
            (await make($"ours-{connector}", ours, now).PostAsync(client)).ShouldAnswer(200);
            var stored = await StoredAsync();
            foreach (var (how, forged) in Forgeries(connector, make, ours, neighbours, now))
            {
                var answer = await forged.PostAsync(client);
                answer.Status.ShouldBe(401, $"{connector}: {how}");
                answer.Code.ShouldBe("invalid_signature", how);
                (await StoredAsync()).ShouldBe(stored, $"{connector}: {how}");
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(100);

        Task<long> StoredAsync() => shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox", default);
    }

    /// <summary>Somebody who answers in the place of a remote connector and says that a notice is genuine, without its secret.</summary>
    [Fact]
    public async Task Row_07_nobody_vouches_for_a_notice_in_the_name_of_a_remote_connector()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        await using var impostor = builder.Build();
        var asked = 0;
        impostor.MapFallback((HttpContext context) =>
        {
            Interlocked.Increment(ref asked);
            foreach (var (name, value) in context.Request.Headers.Where(header => header.Key.StartsWith("Composable-", StringComparison.OrdinalIgnoreCase))) context.Response.Headers[name] = value;
            return Results.Json(new { verified = new { eventId = "evt_1", type = "payment", notice = new { kind = "other" } }, status = "verified", eventId = "evt_1", type = "payment" });
        });
        await impostor.StartAsync();
        var settings = new { baseUrl = impostor.Urls.First(), secret = "a secret that two share 0123456789" };
        (await shop.Client().StaffAsync(HttpMethod.Put, "/admin/connections/away", new { connector = "remote-payments", settings })).ShouldAnswer(201);

        (await shop.Client().SendAsync(HttpMethod.Post, "/webhooks/away", new { id = "evt_1" }, key: null)).Status.ShouldBeOneOf(401, 503);

        asked.ShouldBeGreaterThan(0);
        (await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox", default)).ShouldBe(0);
    }

    private static IEnumerable<(string How, SignedNotice Notice)> Forgeries(string connector, Func<string, string, DateTimeOffset, SignedNotice> make, string ours, string neighbours, DateTimeOffset now)
    {
        var id = $"ours-{connector}";
        var genuine = make(id, ours, now);
        yield return ("of the neighbour's secret", make(id, neighbours, now));
        if (connector == "contentful") yield return ("of the neighbour's address", make($"theirs-{connector}", ours, now) with { Connection = id });
        yield return ("unsigned", Without(genuine));
        if (connector != "adyen")
            foreach (var minutes in (int[])[-60, -6, 6, 60, 525_600]) yield return ($"{minutes} minutes away", make(id, ours, now.AddMinutes(minutes)));
        foreach (var (how, body) in Rewritten(genuine.Body, connector)) yield return (how, genuine with { Body = body });
        foreach (var (name, value) in genuine.Headers)
        {
            yield return ($"without {name}", genuine with { Headers = [.. genuine.Headers.Where(header => header.Name != name)] });
            foreach (var bent in Bent(value)) yield return ($"{name} is {bent}", genuine with { Headers = [.. genuine.Headers.Select(header => header.Name == name ? (name, bent) : header)] });
        }

        if (connector != "adyen") yield break;
        var signature = JsonNode.Parse(genuine.Body)!["notificationItems"]![0]!["NotificationRequestItem"]!["additionalData"]!["hmacSignature"]!.GetValue<string>();
        foreach (var bent in Bent(signature)) yield return ($"signed {bent}", genuine with { Body = genuine.Body.Replace(JsonValue.Create(signature).ToJsonString().Trim('"'), bent, StringComparison.Ordinal) });
    }

    /// <summary>The same told otherwise. What Adyen signs are the values, so that there other values are tried instead of another spelling.</summary>
    private static IEnumerable<(string How, string Body)> Rewritten(string body, string connector)
    {
        if (connector == "adyen")
        {
            foreach (var (from, to) in ((string, string)[])[("100", "1"), ("USD", "EUR"), ("pay_nobody", "pay_somebody"), ("AUTHORISATION", "CAPTURE"), ("ComposableTest", "Other"), ("\"success\":\"true\"", "\"success\":\"false\"")])
                yield return ($"{from} is {to}", body.Replace(from, to, StringComparison.Ordinal));
            yield break;
        }

        yield return ("a space behind it", body + " ");
        yield return ("a line break before it", "\n" + body);
        yield return ("indented", JsonNode.Parse(body)!.ToJsonString(new() { WriteIndented = true }));
        yield return ("members the other way round", new JsonObject(JsonNode.Parse(body)!.AsObject().Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))) is var turned && turned.Count > 1 ? turned.ToJsonString() : body + "\t");
        yield return ("another member", body.Insert(1, "\"x\":1,"));
        yield return ("another notice", body.Replace('1', '2'));
        yield return ("nothing", "{}");
    }

    private static SignedNotice Without(SignedNotice notice) => notice.Headers.Count > 0 ? notice with { Headers = [] }
        : notice with { Body = notice.Body.Replace("hmacSignature", "signature", StringComparison.Ordinal) };

    private static IEnumerable<string> Bent(string value)
    {
        for (var at = 0; at < value.Length; at += Math.Max(1, value.Length / 16)) yield return value[..at] + (value[at] == '0' ? '1' : '0') + value[(at + 1)..];
        foreach (var other in (string[])[value[..^1], value + "0", new string('0', value.Length), "0"]) yield return other;
    }
}
