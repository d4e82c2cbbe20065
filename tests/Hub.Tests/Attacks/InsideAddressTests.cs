using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Composable.Hub.Connections;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 13, addresses inside: no setting of any connector brings an open shop to connect to one, however it is written.</summary>
public sealed class InsideAddressTests
{
    [Fact]
    public async Task Row_13_no_address_inside_is_connected_to_by_any_setting_of_any_connector()
    {
        InsideAddresses.Forms.Distinct().Count().ShouldBeGreaterThan(60);
        using var counter = new ConnectCounter();
        var saved = false;
        Task<IPAddress[]> AskAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>(host.TrimEnd('.') switch
        {
            // Asked when it is saved, it is somebody else's; asked when it is used, it is inside.
            "rebinding.example" => [IPAddress.Parse(saved ? "127.0.0.1" : "8.8.8.8")],
            var name when InsideAddresses.Names.TryGetValue(name, out var known) => [.. known.Select(IPAddress.Parse)],
            var name when name.EndsWith("inside.example", StringComparison.Ordinal) => [IPAddress.Loopback],
            _ => throw new SocketException((int)SocketError.HostNotFound),
        });
        await using var shop = await TestShop.StartAsync("sqlite", services => services.AddSingleton<EgressGuard.Resolver>(AskAsync), ("Egress:AllowPrivate", "false"));
        var client = shop.Client();
        var (tried, accepted) = (0, new ConcurrentBag<string>());
        foreach (var connector in (await ConnectorSettings.AllAsync(client)).Where(connector => connector.Urls.Count > 0))
        {
            var id = $"inside-{connector.Id}";
            saved = false;
            (await client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector = connector.Id, settings = connector.Sample() })).Status.ShouldBe(201, $"ConnectorSettings needs a value for {connector.Id}");
            if (connector.Ports.Contains("content")) (await client.StaffAsync(HttpMethod.Put, "/admin/routes/US/content", new { rules = new[] { new { use = new[] { id } } } }, headers: tried == 0 ? [] : [ShopFloor.AnyVersion])).Status.ShouldBeOneOf(200, 201);
            foreach (var setting in connector.Urls)
            {
                foreach (var form in InsideAddresses.Forms)
                {
                    var url = form.Replace("{port}", $"{counter.Port}", StringComparison.Ordinal);
                    if (await TryAsync(client, connector, id, setting, url, () => saved = true)) accepted.Add(url);
                    saved = false;
                    counter.Connects.ShouldBe(0, $"{connector.Id}.{setting} = {url}");
                    tried++;
                }
            }
        }

        tried.ShouldBeGreaterThan(10 * InsideAddresses.Forms.Length);
        accepted.Count.ShouldBeGreaterThan(tried / 3, "most are stored as an address, so that it is the connection which is refused");
    }

    /// <summary>Makes the connection use the address: by its check, and where it serves content by reading a page and a draft. Whether it could be stored.</summary>
    private static async Task<bool> TryAsync(ShopClient client, ConnectorSettings connector, string id, string setting, string url, Action saved)
    {
        var settings = connector.Sample();
        settings[setting] = url;
        var put = await client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new JsonObject { ["connector"] = connector.Id, ["settings"] = settings }, headers: ShopFloor.AnyVersion);
        put.Status.ShouldBeOneOf([200, 400], url);
        if (put.Status == 400) return false;
        saved();
        var verdict = (await client.StaffAsync(HttpMethod.Post, $"/admin/connections/{id}/test")).ShouldAnswer(200);
        // An address for browsers alone is never asked by the hub; with the others the check must have met the guard.
        if (setting == "baseUrl") verdict["works"].GetValue<bool>().ShouldBeFalse($"{connector.Id}.{setting} = {url}");
        if (!connector.Ports.Contains("content")) return true;
        foreach (var page in (string[])["/v1/pages/none", "/v1/pages/none?preview=true"]) (await client.StaffAsync(HttpMethod.Get, page)).Status.ShouldBeOneOf([200, 404, 502, 503, 504], page);
        return true;
    }

    /// <summary>The counter itself: what is connected to inside is counted.</summary>
    [Fact]
    public async Task Row_13_a_connect_inside_would_be_counted()
    {
        using var counter = new ConnectCounter();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, counter.Port);
        (await ShopFloor.EventuallyAsync(() => Task.FromResult(counter.Connects > 0), seconds: 5)).ShouldBeTrue();
    }
}
