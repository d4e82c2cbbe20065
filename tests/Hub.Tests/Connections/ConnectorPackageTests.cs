using System.Diagnostics;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Contracts;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Connections;

/// <summary>Somebody else's connectors, put into a folder beside the shop.</summary>
public sealed class ConnectorPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("composable-packages-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_package_serves_the_shop_with_its_own_version_of_what_it_needs()
    {
        Put("acme");
        await using var shop = await StartAsync();
        var client = shop.Client();

        var acme = (await ConnectorsAsync(client)).Single(connector => Text(connector, "id") == "acme");
        (Text(acme, "package"), acme["problem"]).ShouldBe(("acme", null));
        // The hub itself has another version, loaded beside this one.
        Text(acme, "name").ShouldStartWith("Acme with Dapper 2.0.123");
        FileVersionInfo.GetVersionInfo(typeof(Dapper.SqlMapper).Assembly.Location).FileVersion.ShouldNotBeNull().ShouldNotStartWith("2.0.");
        acme["ports"]!.AsArray().Select(port => port!.GetValue<string>()).ShouldBe(["tax"]);
        (acme["settingsSchema"]!["properties"]!["rate"]!["title"]!.GetValue<string>()).ShouldBe("Rate, as a fraction");

        (await PutAsync(client, "acme-eu", 0.19m)).ShouldAnswer(201);
        (await client.StaffAsync(HttpMethod.Post, "/admin/connections/acme-eu/test"))["works"].GetValue<bool>().ShouldBeTrue();
        (await PutAsync(client, "acme-bad", 7)).ShouldBeProblem(400, "invalid_request", "a mistake of the package");
    }

    [Fact]
    public async Task A_connection_of_the_settings_file_can_use_a_package()
    {
        Put("acme");
        await using var shop = await StartAsync(("Connections:acme:Connector", "acme"), ("Connections:acme:Settings:Rate", "0.5"), ("Markets:0:Tax", "acme"));
        var client = shop.Client();
        var sku = await client.SellAsync(usd: 1000);
        var quote = (await client.FillAsync(sku)).Ready;
        quote["totals"]!["tax"]!["amount"]!.GetValue<long>().ShouldBe(500);
    }

    [Fact]
    public async Task What_is_broken_is_listed_with_its_problem_and_the_shop_opens()
    {
        Put("acme");
        Put("acme-again");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        Directory.CreateDirectory(Path.Combine(_folder, "garbage"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "garbage", "garbage.dll"), [77, 90, 1, 2, 3]);
        // One that lacks what it needs is found out as soon as it is looked at.
        Put("halved");
        File.Delete(Path.Combine(_folder, "halved", "Dapper.dll"));
        await using var shop = await StartAsync(("Connections:lost:Connector", "was-in-a-broken-package"));
        var client = shop.Client();

        var problems = (await ConnectorsAsync(client)).Where(connector => connector["problem"] is not null).ToDictionary(connector => Text(connector, "id"), connector => Text(connector, "problem"));
        problems.Keys.Order().ShouldBe(["package/acme", "package/acme-again", "package/acme-again/2", "package/empty", "package/garbage", "package/halved", "package/halved/2"]);
        problems["package/acme"].ShouldBe("Acme.Unlucky cannot be made (InvalidOperationException)");
        problems.Where(problem => problem.Key.StartsWith("package/acme-again", StringComparison.Ordinal)).ShouldContain(problem => problem.Value == "there is another connector 'acme'");
        problems["package/empty"].ShouldContain("FileNotFoundException");
        problems["package/garbage"].ShouldContain("BadImageFormatException");
        (await client.StaffAsync(HttpMethod.Get, "/admin/connections"))["items"].AsArray().Select(item => item!["id"]!.GetValue<string>()).ShouldNotContain("lost");
        problems.Values.ShouldAllBe(problem => !problem.Contains(_folder), "no paths");
    }

    [Fact]
    public async Task Without_broken_packages_an_unknown_connector_stops_the_start() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(("Connections:lost:Connector", "nobody")))).Message.ShouldContain("nobody");

    private static string Text(JsonNode connector, string member) => connector[member]!.GetValue<string>();

    private static async Task<List<JsonNode>> ConnectorsAsync(ShopClient client) =>
        [.. (await client.StaffAsync(HttpMethod.Get, "/admin/connectors")).ShouldAnswer(200)["items"].AsArray().Select(item => item!)];

    private static Task<Reply> PutAsync(ShopClient client, string id, decimal rate) =>
        client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector = "acme", settings = new { rate } }, Guid.NewGuid().ToString());

    private Task<TestShop> StartAsync(params (string Key, string Value)[] settings) => TestShop.StartAsync("sqlite", [("Connectors:Folder", _folder), .. settings]);

    /// <summary>As it was built beside these tests.</summary>
    private void Put(string package)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var built = Path.Combine(ContractFilesTests.Root, "tests", "Packages", "Acme", "bin", configuration, "net10.0");
        var to = Directory.CreateDirectory(Path.Combine(_folder, package)).FullName;
        foreach (var file in Directory.EnumerateFiles(built)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
