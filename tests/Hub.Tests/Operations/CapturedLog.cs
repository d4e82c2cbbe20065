using System.Text.Json.Nodes;

namespace Composable.Hub.Tests.Operations;

/// <summary>What goes to standard error while this exists, which other tests may add to.</summary>
internal sealed class CapturedLog : IDisposable
{
    /// <summary>Standard error is there once: tests that capture it wait for each other.</summary>
    public const string OneAtATime = "standard error";

    private readonly TextWriter before = Console.Error;
    private readonly StringWriter captured = new();
    private readonly TextWriter shared;

    public CapturedLog()
    {
        shared = TextWriter.Synchronized(captured);
        Console.SetError(shared);
    }

    public string Text
    {
        get
        {
            // A synchronized writer locks itself.
            lock (shared) return captured.ToString();
        }
    }

    /// <summary>A request's line is written after its answer.</summary>
    public async Task<JsonNode> LineAsync(Func<JsonNode, bool> which)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var found = Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!).FirstOrDefault(which);
            if (found is not null) return found;
            await Task.Delay(50);
        }

        throw new TimeoutException($"No such line in: {Text}");
    }

    public void Dispose() => Console.SetError(before);
}
