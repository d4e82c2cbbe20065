using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Contracts;

/// <summary>The files in contracts/ say what the running hub does. COMPOSABLE_UPDATE_CONTRACTS=1 writes them anew.</summary>
public sealed class ContractFilesTests
{
    /// <summary>For who is about to show who they are.</summary>
    private static readonly string[] OpenToAll = ["post /admin/invitations/accept", "post /admin/sessions", "get /admin/sign-ins/providers", "post /admin/sign-ins", "post /admin/sign-ins/finish"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Composable.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("The sources are not above the tests.");
        }
    }

    internal static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "contracts", file)))!;

    private static async Task<string> RunningAsync(string name)
    {
        var reply = await (await TestShop.OnAsync("sqlite")).RawAsync("GET", $"/openapi/{name}.json");
        reply.Status.ShouldBe(200);
        return reply.Json!.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
    }

    [Theory, InlineData("storefront"), InlineData("admin")]
    public async Task The_file_is_the_document_of_the_running_hub(string name)
    {
        var file = Path.Combine(Root, "contracts", $"{name}.openapi.json");
        var running = await RunningAsync(name);
        if (Environment.GetEnvironmentVariable("COMPOSABLE_UPDATE_CONTRACTS") == "1") await File.WriteAllTextAsync(file, running);
        (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n").ShouldBe(running, "Set COMPOSABLE_UPDATE_CONTRACTS=1 to write the file anew, and look at what changed.");
    }

    [Theory, InlineData("storefront"), InlineData("admin")]
    public async Task Every_operation_says_what_it_does_and_how_it_fails(string name)
    {
        var document = JsonNode.Parse(await RunningAsync(name))!;
        document["openapi"]!.GetValue<string>().ShouldStartWith("3.1");
        document["servers"].ShouldBeNull();
        document["components"]!["schemas"]!["Problem"]!["properties"]!["code"]!["enum"]!.AsArray().Count.ShouldBe(Hub.Http.Codes.All.Count);
        var ids = new List<string>();
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject())
            {
                var about = $"{method} {path}";
                (operation!["summary"]?.GetValue<string>()).ShouldNotBeNullOrEmpty(about);
                operation["responses"]!["default"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]!.GetValue<string>().ShouldBe("#/components/schemas/Problem", about);
                (operation["security"]!.AsArray().Count > 0).ShouldBe(!OpenToAll.Contains(about), about);
                foreach (var parameter in operation["parameters"]?.AsArray() ?? []) (parameter!["description"]?.GetValue<string>()).ShouldNotBeNullOrEmpty($"{about}: {parameter["name"]}");
                ids.Add(operation["operationId"]!.GetValue<string>());
            }
        }

        ids.ShouldBeUnique();
        ApiRoute.Of(await TestShop.OnAsync("sqlite")).Count(route => route.IsAdmin == (name == "admin")).ShouldBe(ids.Count);
    }

    [Theory, InlineData("storefront"), InlineData("admin")]
    public async Task Every_reference_leads_somewhere(string name)
    {
        var document = JsonNode.Parse(await RunningAsync(name))!;
        foreach (var reference in References(document))
        {
            JsonNode? at = document;
            foreach (var step in reference.TrimStart('#', '/').Split('/')) at = at?[step.Replace("~1", "/", StringComparison.Ordinal)];
            at.ShouldNotBeNull(reference);
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [member.Value!.GetValue<string>()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
