using Composable.Connectors.InProcessEdge;
using Composable.Connectors.Remote;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>The edge kit through the protocol: behind it stands the edge that is built in.</summary>
public sealed class RemoteEdgeTests : EdgeContract, IAsyncLifetime
{
    private const string Secret = "a secret that two share 0123456789";

    private readonly ShiftingClock _clock = new();
    private readonly InProcessEdgeClient _there;
    private RemoteHost _host = null!;
    private IEdge _edge = null!;

    public RemoteEdgeTests() => _there = new InProcessEdgeClient(new InProcessEdgeSettings { MaxKeys = 50_000 }, _clock);

    protected override IEdge Edge => _edge;

    public async Task InitializeAsync()
    {
        var limits = new RemoteEdgeLimits(_there.Limits.MaxWrites, 20_000, _there.Limits.MaxTags, _there.Limits.MaxAddresses, 0);
        _host = await RemoteHost.StartAsync(_there, Secret, new RemoteManifest("acme", "Acme", ["edge"], Limits: new(Edge: limits)));
        _edge = (IEdge)Vendors.Connect("remote-edge", new { baseUrl = _host.Address, secret = Secret, limits }, new HttpClient { Timeout = TimeSpan.FromSeconds(20) });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    protected override Task KeepAsync(Uri address, params string[] tags)
    {
        _there.Keep(address, tags, "answer"u8.ToArray(), TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    protected override Task<bool> IsKeptAsync(Uri address) => Task.FromResult(_there.Kept(address) is not null);

    protected override void Pass(TimeSpan time) => _clock.Pass(time);

    protected override Task<string?> DeployedAsync(string name) => Task.FromResult(_there.Function is { } function && function.Name == name ? function.Source : null);
}
