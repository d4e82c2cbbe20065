using System.Diagnostics;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>The example connector in a process of its own. Null where there is no Python, which CI must not be.</summary>
public sealed class PythonConnector : IAsyncLifetime
{
    public const string Secret = "a secret that two share 0123456789", Previous = "the secret before that 0123456789";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private Process? _process;

    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3")));

    public string? Address { get; private set; }

    public async Task InitializeAsync()
    {
        if (!IsThere) return;
        var start = new ProcessStartInfo("python3", [Path.Combine(Sources.Root, "examples", "connector-python", "connector.py"), "0"]) { RedirectStandardOutput = true };
        (start.Environment["CONNECTOR_SECRET"], start.Environment["CONNECTOR_PREVIOUS_SECRET"]) = (Secret, Previous);
        _process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        Address = (await _process.StandardOutput.ReadLineAsync(patience.Token))?.Replace("ready ", "", StringComparison.Ordinal);
        Address.ShouldNotBeNullOrEmpty();
    }

    public Task DisposeAsync()
    {
        _process?.Kill();
        _process?.Dispose();
        return Task.CompletedTask;
    }
}
