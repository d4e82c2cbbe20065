using Connectors.Tests.Kit;

namespace Connectors.Tests.Typesense;

public sealed class TypesenseTests : SearchContract, IClassFixture<VendorSandbox>, IDisposable
{
    private readonly VendorSandbox _sandbox;
    private readonly Line _line = new();

    public TypesenseTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        Search = (ISearch)Vendors.Connect("typesense", new { apiKey = "key_1", baseUrl = $"{sandbox.Address}/typesense" }, new HttpClient(_line, disposeHandler: false));
    }

    protected override ISearch Search { get; }

    public void Dispose() => _line.Dispose();
}
