using System.Globalization;

namespace Crash.Tests;

/// <summary><c>dotnet run --project tests/Crash.Tests -- --kills 1000 [--seed N] [--db sqlite|postgres] [--hubs 1|2] [--shoppers 4] [--port 5380]</c></summary>
internal static class Program
{
    private static readonly string[] Known = ["--kills", "--seed", "--db", "--hubs", "--shoppers", "--port"];

    public static async Task<int> Main(string[] args)
    {
        var switches = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
        if (switches.Keys.Except(Known).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no {unknown}. There are: {string.Join(", ", Known)}.");
            return 2;
        }
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var settings = new CampaignSettings(
            Number("--kills", 50), Number("--seed", Environment.TickCount & int.MaxValue), switches.GetValueOrDefault("--db") == "postgres" || Number("--hubs", 1) == 2,
            Number("--shoppers", 4), Number("--port", 5380), Number("--hubs", 1));
        var summary = await CampaignRun.RunAsync(settings, Console.WriteLine, stop.Token);
        return summary.Passed ? 0 : 1;

        int Number(string name, int otherwise) => switches.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
