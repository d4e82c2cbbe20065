using Composable.Sandbox;
using Connectors.Tests.Kit;
using Microsoft.AspNetCore.Builder;

namespace Connectors.Tests.Cloudflare;

public sealed class CloudflareBooksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("composable-edge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_the_simulated_edge_was_told_survives_its_restarts()
    {
        await WithEdgeAsync(async edge =>
        {
            await edge.WriteAsync([new EdgeEntry("kept", "1"u8.ToArray()), new EdgeEntry("gone", "1"u8.ToArray())], CancellationToken.None);
            await edge.WriteAsync([new EdgeEntry("kept", new byte[] { 0xFF, 2 }), new EdgeEntry("gone", null)], CancellationToken.None);
            await edge.PurgeAsync(["tag-1"], [], CancellationToken.None);
            await edge.DeployAsync(new EdgeFunction("shop-edge", "export default {};", new Dictionary<string, string> { ["HUB"] = "https://hub.example" }), CancellationToken.None);
        });
        // The first start reads the changes, and writes down what they came to; the second reads that.
        for (var start = 0; start < 2; start++) await WithEdgeAsync(async edge =>
        {
            (await edge.ReadAsync("kept", CancellationToken.None)).ShouldNotBeNull().ToArray().ShouldBe([0xFF, 2]);
            (await edge.ReadAsync("gone", CancellationToken.None)).ShouldBeNull();
        });
        var books = await File.ReadAllTextAsync(Path.Combine(_folder, "cloudflare.jsonl"));
        books.ShouldContain("export default {};");
        books.ShouldContain("tag-1");
    }

    private async Task WithEdgeAsync(Func<IEdge, Task> use)
    {
        await using WebApplication sandbox = SandboxApp.Create(new SandboxOptions { DataDirectory = _folder, Port = 0 });
        await sandbox.StartAsync();
        using var http = new HttpClient();
        await use((IEdge)Vendors.Connect("cloudflare", new { apiToken = "t", accountId = "a", zoneId = "z", namespaceId = "n", baseUrl = $"{sandbox.Urls.First()}/cloudflare/client/v4" }, http));
        await sandbox.StopAsync();
    }
}
