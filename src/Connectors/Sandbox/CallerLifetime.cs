namespace Composable.Sandbox;

/// <summary>Leaves signals to the caller: a host that embeds the sandbox needs it until its own last request is done.</summary>
internal sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
