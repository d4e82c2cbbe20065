using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 12, takeover of a connector: who does not know a secret cannot have it sent to another address than it was given for.</summary>
public sealed class TakeoverTests
{
    [Theory, OnBothDatabases]
    public async Task Row_12_of_no_connector_does_a_kept_secret_go_to_another_address(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var tried = 0;
        foreach (var connector in (await ConnectorSettings.AllAsync(client)).Where(connector => connector.Urls.Count > 0 && connector.Secrets.Count > 0))
        {
            var path = $"/admin/connections/kept-{connector.Id}";
            (await client.StaffAsync(HttpMethod.Put, path, new { connector = connector.Id, settings = connector.Sample() })).ShouldAnswer(201);
            foreach (var setting in connector.Urls)
            {
                foreach (var address in (string?[])["https://elsewhere.example/api", "http://vendor.example/api", "https://vendor.example:8443/api", "https://vendor.example.evil.example/api", null])
                {
                    var moved = Without(connector.Sample(), connector.Secrets);
                    if (address is null) moved.Remove(setting);
                    else moved[setting] = address;
                    // Also by the file of all connections, where another check could have been forgotten.
                    Check(await client.StaffAsync(HttpMethod.Put, path, new { connector = connector.Id, settings = moved }, headers: ShopFloor.AnyVersion), "/settings/", $"{connector.Id}.{setting} = {address}");
                    var file = new { connections = new[] { new { id = $"kept-{connector.Id}", connector = connector.Id, settings = moved } } };
                    foreach (var verb in (string[])["plan", "apply"]) Check(await client.StaffAsync(HttpMethod.Post, $"/admin/configuration/{verb}", file, headers: ShopFloor.AnyVersion), "/connections/0/settings/", $"{verb} {connector.Id}.{setting} = {address}");
                    tried++;
                }
            }

            var same = Without(connector.Sample(), connector.Secrets);
            foreach (var setting in connector.Urls) if (same[setting] is { } url) same[setting] = url.GetValue<string>() + "/v2";
            (await client.StaffAsync(HttpMethod.Put, path, new { connector = connector.Id, settings = same }, headers: ShopFloor.AnyVersion)).Status.ShouldBe(200, "the same host may have it");
        }

        tried.ShouldBeGreaterThan(30);

        static void Check(Reply reply, string pointer, string about)
        {
            reply.Status.ShouldBe(400, about);
            reply.Text("errors/0/pointer")!.ShouldStartWith(pointer, Case.Sensitive, about);
            reply.Text("errors/0/code").ShouldBe("secret_required", about);
        }
    }

    [Fact]
    public async Task Row_12_a_secret_that_is_called_by_its_name_goes_only_where_the_settings_say()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Secrets:Values:VAULTED", "sk_test_vaulted"), ("Secrets:Origins:VAULTED:0", "https://vendor.example"));
        async Task<Reply> PutAsync(string id, string name, string? address)
        {
            var settings = new JsonObject { ["apiKey"] = new JsonObject { ["$secret"] = name } };
            if (address is not null) settings["baseUrl"] = address;
            return await shop.Client().StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector = "stripe", settings });
        }

        (await PutAsync("good", "VAULTED", "https://vendor.example/v1")).ShouldAnswer(201);
        foreach (var address in (string[])["https://elsewhere.example", "http://vendor.example", "https://vendor.example:8443", "https://vendor.example.evil.example", "https://vendor.example@evil.example"])
            (await PutAsync("moved", "VAULTED", address)).ShouldAnswer(400, "invalid_request").Json!.ToJsonString().ShouldNotContain("sk_test_vaulted");
    }

    private static JsonObject Without(JsonObject settings, IEnumerable<string> names)
    {
        foreach (var name in names) settings.Remove(name);
        return settings;
    }
}
