using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Connections;

/// <summary>A connector that reads notices elsewhere, and cannot be reached.</summary>
public sealed class RemoteReaderTests
{
    [Fact]
    public async Task A_notice_that_nobody_can_read_now_is_asked_for_again_and_others_are_taken()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        var settings = new { baseUrl = "http://127.0.0.1:9", secret = "a secret that two share 0123456789" };
        (await client.StaffAsync(HttpMethod.Put, "/admin/connections/away", new { connector = "remote-payments", settings }, Guid.NewGuid().ToString())).ShouldAnswer(201);

        var notice = await client.SendAsync(HttpMethod.Post, "/webhooks/away", new { id = "evt_1" }, key: null);

        notice.ShouldBeProblem(503, "service_unavailable", "send it again");
        (await client.SendAsync(HttpMethod.Post, "/webhooks/stripe", new { id = "evt_1" }, key: null)).ShouldBeProblem(401, "invalid_signature", "unsigned");
    }
}
