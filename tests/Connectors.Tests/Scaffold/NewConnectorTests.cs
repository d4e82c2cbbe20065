using System.Diagnostics;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Scaffold;

/// <summary>What <c>connector new</c> writes is built as anybody would build it.</summary>
public sealed class NewConnectorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How these tests were built; what they lean on is there in the same way.</summary>
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    // Inside the sources, where a contributor would put it, but where git does not look.
    private readonly string _folder = Path.Combine(Sources.Root, "artifacts", $"scaffold-{Guid.NewGuid():N}"[..17]);

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("payments")]
    [InlineData("tax")]
    [InlineData("search")]
    [InlineData("content")]
    [InlineData("edge")]
    public async Task Every_port_compiles_and_its_kit_with_it(string port)
    {
        await NewAsync("acme-pay", port);
        File.Exists(Path.Combine(_folder, "README.md")).ShouldBeTrue();
        await BuildAsync("AcmePay.csproj");
        await BuildAsync("tests/AcmePay.Tests.csproj");
    }

    [Fact]
    public async Task The_kit_of_a_fresh_connector_is_red()
    {
        await NewAsync("acme", "tax");
        await BuildAsync("Acme.csproj");
        await BuildAsync("tests/Acme.Tests.csproj");
        var (code, said) = await RunAsync("dotnet", "test", Path.Combine(_folder, "tests", "Acme.Tests.csproj"), "--no-build", "-c", Configuration, "--nologo", "--filter", "FullyQualifiedName~Vendors.Acme.Tests.AcmeKit");
        code.ShouldNotBe(0, said);
        said.ShouldContain("Acme answered 501");
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_left_alone()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "mine");
        (await RunNewAsync("acme", "tax")).Code.ShouldBe(2);
        Directory.EnumerateFileSystemEntries(_folder).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("acme", "fulfilment")]
    [InlineData("1acme", "tax")]
    [InlineData("../acme", "tax")]
    public async Task Wrong_words_write_nothing(string name, string port)
    {
        (await RunNewAsync(name, port)).Code.ShouldBe(2);
        Directory.Exists(_folder).ShouldBeFalse();
    }

    private async Task NewAsync(string name, string port)
    {
        var (code, said) = await RunNewAsync(name, port);
        code.ShouldBe(0, said);
    }

    private Task<(int Code, string Said)> RunNewAsync(string name, string port) =>
        RunAsync("dotnet", Path.Combine(Sources.Root, "src", "AllInOne", "bin", Configuration, "net10.0", "composable.dll"), "connector", "new", name, "--port", port, "--output", _folder);

    /// <summary>What it refers to was built with these tests, and is not built again under their feet.</summary>
    private async Task BuildAsync(string project)
    {
        var (code, said) = await RunAsync("dotnet", "build", Path.Combine(_folder, project), "-c", Configuration, "-v", "q", "--nologo", "-p:BuildProjectReferences=false",
            // A compiler that stays would hold our pipe open.
            "-p:UseSharedCompilation=false", "-nodeReuse:false");
        code.ShouldBe(0, said);
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["MSBUILDDISABLENODEREUSE"], start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"]) = ("1", "0");
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, string.Concat(said));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
