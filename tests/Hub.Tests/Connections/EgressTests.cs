using System.Net;
using System.Text.Json.Nodes;
using Composable.Hub.Connections;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections;

/// <summary>The hub connects to the public internet only, however an inside address is spelled.</summary>
public sealed class EgressTests
{
    public static TheoryData<string> Inside =>
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1",
        "100::1", "2001::1", "2001:0:53aa:64c:0:0:f5ff:fffe", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    ];

    [Theory, MemberData(nameof(Inside))]
    public void Row_13_an_inside_address_is_not_public(string address) => EgressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1"), InlineData("8.8.8.8"), InlineData("100.63.255.255"), InlineData("172.32.0.1"), InlineData("192.167.255.255"), InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111"), InlineData("2a00:1450::1"), InlineData("::ffff:8.8.8.8"), InlineData("64:ff9b::808:808"), InlineData("2002:808:808::1")]
    public void A_public_address_is_public(string address) => EgressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    /// <summary>What a URL may call the inside; each is tried against a server that would notice.</summary>
    public static TheoryData<string> Spellings =>
    [
        "https://localhost", "https://127.0.0.1", "https://127.1", "https://2130706433", "https://0x7f000001", "https://0177.0.0.1", "https://0x7f.1", "https://0", "https://[::1]", "https://[::]",
        "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[::127.0.0.1]", "https://127.0.0.1.", "https://LOCALHOST", "https://①②⑦.⓪.⓪.①", "https://127。0。0。1", "https://[fe80::1]",
        "https://169.254.169.254", "https://10.0.0.1", "https://[64:ff9b::7f00:1]", "https://[2002:7f00:1::]", "http://127.0.0.1", "http://localhost", "http://8.8.8.8", "https://8.8.8.8:8443", "https://1.1.1.1:80",
    ];

    [Theory, MemberData(nameof(Spellings))]
    public async Task A_shop_that_is_open_connects_to_no_inside_address(string url)
    {
        await using var shop = await ClosedAsync();
        var client = shop.Client();
        var settings = new JsonObject { ["apiKey"] = "sk_test_x", ["baseUrl"] = url };

        var put = await client.StaffAsync(HttpMethod.Put, "/admin/connections/inside", new { connector = "stripe", settings });
        if (put.Status == 400) return;
        put.ShouldAnswer(201);
        var verdict = await client.StaffAsync(HttpMethod.Post, "/admin/connections/inside/test");

        verdict["works"].GetValue<bool>().ShouldBeFalse();
        if (verdict.Text("verdict")!.Contains("NameResolutionError", StringComparison.Ordinal)) return; // A spelling that this machine's resolver does not know.
        verdict.Text("kind").ShouldBe("misconfigured", verdict.Text("verdict"));
    }

    [Fact]
    public async Task The_simulated_vendors_of_this_machine_are_out_of_reach_of_an_open_shop()
    {
        await using var shop = await ClosedAsync();
        var verdict = await shop.Client().StaffAsync(HttpMethod.Post, "/admin/connections/stripe/test");
        verdict["works"].GetValue<bool>().ShouldBeFalse();
        verdict.Text("verdict")!.ShouldContain("is not an https address");
    }

    private static Task<TestShop> ClosedAsync() => TestShop.StartAsync("sqlite", ("Egress:AllowPrivate", "false"));
}
