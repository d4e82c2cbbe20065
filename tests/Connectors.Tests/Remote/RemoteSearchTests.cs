using Composable.Connectors.Remote;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>The search kit through the protocol: behind it stands the Typesense connector with its simulated twin.</summary>
public sealed class RemoteSearchTests(VendorSandbox sandbox) : SearchContract, IClassFixture<VendorSandbox>, IAsyncLifetime
{
    private const string Secret = "a secret that two share 0123456789";

    private RemoteHost _host = null!;
    private ISearch _search = null!;

    protected override ISearch Search => _search;

    public async Task InitializeAsync()
    {
        var typesense = (ISearch)Vendors.Connect("typesense", new { apiKey = "key_1", baseUrl = $"{sandbox.Address}/typesense" }, new HttpClient { Timeout = TimeSpan.FromSeconds(10) });
        _host = await RemoteHost.StartAsync(typesense, Secret, new RemoteManifest("acme", "Acme", ["search"], Limits: new(Search: typesense.Limits)));
        _search = (ISearch)Vendors.Connect("remote-search", new { baseUrl = _host.Address, secret = Secret, limits = typesense.Limits }, new HttpClient { Timeout = TimeSpan.FromSeconds(20) });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();
}
