using System.Diagnostics;
using System.Globalization;

namespace Crash.Tests;

/// <summary>A published hub as a child process that may die at any moment.</summary>
internal sealed class HubProcess : IAsyncDisposable
{
    private const int KeptLines = 60;
    private readonly Process process;
    private readonly Queue<string> lines = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HubProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    /// <summary>The last lines the process wrote.</summary>
    public string Output
    {
        get { lock (lines) return string.Join(Environment.NewLine, lines); }
    }

    /// <param name="crashAt"><c>C08</c> or <c>C08:3</c>; null: no crash point is armed.</param>
    public static HubProcess Start(Installation installation, string? crashAt, params string[] verb)
    {
        return Start([installation.Assembly, .. verb, .. installation.Switches], [], crashAt);
    }

    /// <summary>The hub alone, on the database and with the vendors of the first.</summary>
    public static HubProcess StartSecond(Installation installation, string? crashAt) =>
        Start([Path.Combine(Path.GetDirectoryName(installation.Assembly)!, "Composable.Hub.dll"), .. installation.SecondSwitches], installation.SecondEnvironment, crashAt);

    private static HubProcess Start(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, string? crashAt)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) info.Environment[name] = value;
        info.Environment.Remove("HUB_CRASH_AT");
        if (crashAt is not null) info.Environment["HUB_CRASH_AT"] = crashAt;
        var hub = new HubProcess(new Process { StartInfo = info });
        hub.process.OutputDataReceived += (_, line) => hub.Keep(line.Data, "ready http://");
        hub.process.ErrorDataReceived += (_, line) => hub.Keep(line.Data, null);
        hub.process.Start();
        hub.process.BeginOutputReadLine();
        hub.process.BeginErrorReadLine();
        return hub;
    }

    /// <summary>False when the process died first.</summary>
    public async Task<bool> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        var died = process.WaitForExitAsync(timeout.Token);
        var first = await Task.WhenAny(ready.Task, died);
        if (first == ready.Task) return true;
        if (timeout.IsCancellationRequested) throw new TimeoutException($"The hub was not ready in 60 s:{Environment.NewLine}{Output}");
        return false;
    }

    /// <summary>Null when the process still lives after <paramref name="limit"/>.</summary>
    public async Task<int?> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (!process.HasExited) process.Kill();
        if (await WaitForExitAsync(TimeSpan.FromSeconds(10), cancellationToken) is null)
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"Process {process.Id} outlived SIGKILL by 10 s."));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        process.Dispose();
    }

    private void Keep(string? line, string? readyLine)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptLines) lines.Dequeue();
        }
        if (readyLine is not null && line.Contains(readyLine, StringComparison.Ordinal)) ready.TrySetResult();
    }
}
