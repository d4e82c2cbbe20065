using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors.Remote;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>contracts/connector.openapi.json says what the hub sends. COMPOSABLE_UPDATE_CONTRACTS=1 writes it anew.</summary>
public sealed class ConnectorContractTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Contract => Path.Combine(Sources.Root, "contracts", "connector.openapi.json");

    [Fact]
    public async Task The_file_is_the_protocol_the_code_speaks()
    {
        var spoken = ConnectorContract.Document().ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("COMPOSABLE_UPDATE_CONTRACTS") == "1") await File.WriteAllTextAsync(Contract, spoken);
        (await File.ReadAllTextAsync(Contract)).ReplaceLineEndings("\n").ShouldBe(spoken, "Set COMPOSABLE_UPDATE_CONTRACTS=1 to write the file anew, and look at what changed.");
    }

    [Fact]
    public async Task Every_operation_of_the_file_is_asked_by_a_port_and_every_call_of_a_port_is_in_the_file()
    {
        var documented = JsonNode.Parse(await File.ReadAllTextAsync(Contract))!["paths"]!.AsObject().Select(path => path.Key).Order().ToList();
        var memory = new MemoryPorts();
        var served = new List<string>();
        foreach (var port in new IPort[] { (IPort)Vendors.Connect("stripe", new { apiKey = "sk_test_1" }, new HttpClient()), (IPort)Vendors.Connect("tax-tables", new { tables = Array.Empty<object>() }, new HttpClient()), memory })
        {
            await using var host = await RemoteHost.StartAsync(port, "0123456789abcdef", new RemoteManifest("x", "X", []));
            served.AddRange(host.Paths);
        }

        served.Distinct().Order().ShouldBe(documented);
    }

    [Fact]
    public void Every_port_call_has_an_operation_of_its_own()
    {
        // A call that were added to a port and not to the protocol would silently do nothing at a remote connector.
        var ports = new[] { typeof(IPayments), typeof(ITax), typeof(ISearch), typeof(IContent), typeof(IEdge) };
        var calls = ports.Sum(port => port.GetMethods().Count(method => typeof(Task).IsAssignableFrom(method.ReturnType)));
        ConnectorContract.Operations.Count.ShouldBe(calls + 3, "and the check, reading a notice, and forgetting");
        foreach (var client in typeof(RemoteCalls).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RemoteClient))))
        {
            foreach (var port in client.GetInterfaces().Where(port => ports.Contains(port)))
                client.GetInterfaceMap(port).TargetMethods.ShouldAllBe(method => method.DeclaringType == client);
        }
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_shape_is_used()
    {
        var text = ConnectorContract.Document().ToJsonString();
        foreach (var (name, _) in ConnectorContract.Document()["components"]!["schemas"]!.AsObject()) text.ShouldContain($"\"#/components/schemas/{name}\"");
    }
}
