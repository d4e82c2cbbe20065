using System.Text.Json;
using Composable.Connectors;
using Microsoft.Extensions.DependencyInjection;

namespace Connectors.Tests.Kit;

/// <summary>The connectors as the hub gets them.</summary>
public static class Vendors
{
    private static readonly IReadOnlyList<Connector> All = [.. new ServiceCollection().AddVendorConnectors().BuildServiceProvider().GetServices<Connector>()];

    public static IReadOnlyList<string> Ids => [.. All.Select(connector => connector.Id)];

    public static Connector Get(string id) => All.Single(connector => connector.Id == id);

    public static IPort Connect(string id, object settings, HttpClient http) => Get(id).Connect(JsonSerializer.SerializeToElement(settings), http);
}
