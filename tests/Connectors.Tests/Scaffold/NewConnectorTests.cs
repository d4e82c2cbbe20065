namespace Connectors.Tests.Scaffold;

/// <summary>What <c>connector new</c> writes.</summary>
public sealed class NewConnectorTests(FreshConnectors fresh) : IClassFixture<FreshConnectors>
{
    public static TheoryData<string> Ports => [.. FreshConnectors.Ports];

    [Theory, MemberData(nameof(Ports))]
    public void Every_port_compiles_and_its_kit_with_it(string port)
    {
        File.Exists(fresh.Assembly(port, "acme-pay.dll")).ShouldBeTrue(fresh.Said);
        File.Exists(fresh.Assembly(port, "acme-pay.tests.dll")).ShouldBeTrue(fresh.Said);
        File.ReadAllText(Path.Combine(fresh.Folder, port, "README.md")).ShouldContain("red until client and simulator are written");
        // As a package for the hub it brings no Sdk of its own.
        File.Exists(fresh.Assembly(port, "Composable.Connectors.Sdk.dll")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Ports))]
    public async Task The_kit_of_a_fresh_connector_is_red(string port)
    {
        var (code, said) = await FreshConnectors.RunAsync("dotnet", "test", fresh.Assembly(port, "acme-pay.tests.dll"), "--filter", "FullyQualifiedName~AcmePayKit&FullyQualifiedName!~parts_always");
        code.ShouldNotBe(0, said);
        // Its calls leave, and nothing pretends to have understood an answer.
        said.ShouldContain("AcmePay answered 501");
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_left_alone()
    {
        var folder = Directory.CreateDirectory(Path.Combine(fresh.Folder, "notes")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "mine");
        (await FreshConnectors.NewAsync("acme", "tax", folder)).Code.ShouldBe(2);
        Directory.EnumerateFileSystemEntries(folder).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("acme", "fulfilment")]
    [InlineData("1acme", "tax")]
    [InlineData("../acme", "tax")]
    public async Task Wrong_words_write_nothing(string name, string port)
    {
        var folder = Path.Combine(fresh.Folder, "nothing");
        (await FreshConnectors.NewAsync(name, port, folder)).Code.ShouldBe(2);
        Directory.Exists(folder).ShouldBeFalse();
    }
}
