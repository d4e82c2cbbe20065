using Composable.Connectors.Remote;
using Connectors.Tests.Contentful;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>The content kit through the protocol: behind it stands the Contentful connector with its simulated twin.</summary>
public sealed class RemoteContentTests(VendorSandbox sandbox) : ContentContract, IClassFixture<VendorSandbox>, IAsyncLifetime
{
    private const string Secret = "a secret that two share 0123456789";

    private readonly ContentfulEditor _editor = new(sandbox);
    private RemoteHost _host = null!;
    private IContent _content = null!;

    protected override IContent Content => _content;

    public async Task InitializeAsync()
    {
        var contentful = Vendors.Connect(
            "contentful", new { spaceId = "space_1", deliveryToken = "token_1", previewToken = "preview_1", baseUrl = $"{sandbox.Address}/contentful", previewUrl = $"{sandbox.Address}/contentful/preview" }, new HttpClient { Timeout = TimeSpan.FromSeconds(10) });
        _host = await RemoteHost.StartAsync(contentful, Secret, new RemoteManifest("acme", "Acme", ["content"]));
        _content = (IContent)Vendors.Connect("remote-content", new { baseUrl = _host.Address, secret = Secret }, new HttpClient { Timeout = TimeSpan.FromSeconds(20) });
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    protected override Task WriteAsync(SamplePage page) => _editor.WriteAsync(page);

    protected override Task WriteAsync(SampleEntry entry) => _editor.WriteAsync(entry);

    protected override Task RemovePageAsync(string id) => _editor.RemovePageAsync(id);
}
