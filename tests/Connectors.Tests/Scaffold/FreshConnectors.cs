using System.Diagnostics;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Scaffold;

/// <summary>One connector per port, written by the all-in-one and built as anybody would build it; all in one go, because that takes a while.</summary>
public sealed class FreshConnectors : IAsyncLifetime
{
    public static readonly string[] Ports = ["payments", "tax", "search", "content", "edge"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>How these tests were built; what they lean on is there in the same way.</summary>
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private const string All = """
        <Project DefaultTargets="Build">
          <ItemGroup>
            <Connector Include="*/*.csproj" />
            <Kit Include="*/tests/*.csproj" />
          </ItemGroup>
          <Target Name="Restore">
            <MSBuild Projects="@(Kit)" Targets="Restore" />
          </Target>
          <Target Name="Build">
            <MSBuild Projects="@(Connector)" Targets="Build" BuildInParallel="true" />
            <MSBuild Projects="@(Kit)" Targets="Build" BuildInParallel="true" />
          </Target>
        </Project>
        """;

    /// <summary>Inside the sources, where a contributor would put it, but where git does not look.</summary>
    public string Folder { get; } = Path.Combine(Sources.Root, "artifacts", $"scaffold-{Guid.NewGuid():N}"[..17]);

    public string Said { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        foreach (var port in Ports)
        {
            var (code, said) = await NewAsync("acme-pay", port, Path.Combine(Folder, port));
            code.ShouldBe(0, said);
        }

        await File.WriteAllTextAsync(Path.Combine(Folder, "all.proj"), All);
        // What they refer to was built with these tests, and is not built again under their feet. A compiler that stays would hold our pipe open.
        var (_, built) = await RunAsync("dotnet", "build", Path.Combine(Folder, "all.proj"), "-v", "m", "--nologo",
            $"-p:Configuration={Configuration}", "-p:BuildProjectReferences=false", "-p:UseSharedCompilation=false", "-nodeReuse:false");
        Said = built;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    public string Assembly(string port, string file) => Path.Combine(Folder, port, file.Contains("tests", StringComparison.Ordinal) ? "tests" : "", "bin", Configuration, "net10.0", file);

    public static Task<(int Code, string Said)> NewAsync(string name, string port, string output) =>
        RunAsync("dotnet", Path.Combine(Sources.Root, "src", "AllInOne", "bin", Configuration, "net10.0", "composable.dll"), "connector", "new", name, "--port", port, "--output", output);

    public static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
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
