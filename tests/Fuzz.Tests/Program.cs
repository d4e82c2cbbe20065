using System.Globalization;

namespace Fuzz.Tests;

/// <summary><c>dotnet run --project tests/Fuzz.Tests -- --requests 1000000 [--seed N] [--db sqlite|postgres] [--lanes 8]</c></summary>
internal static class Program
{
    private static readonly string[] Known = ["--requests", "--seed", "--db", "--lanes"];

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
        var plan = new FuzzPlan(Number("--requests", 20_000), Number("--seed", Environment.TickCount & int.MaxValue), switches.GetValueOrDefault("--db", "sqlite"), Number("--lanes", 8));
        var summary = await FuzzRun.RunAsync(plan, Console.WriteLine, stop.Token);
        return summary.Passed ? 0 : 1;

        int Number(string name, int otherwise) => switches.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
