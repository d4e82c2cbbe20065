using System.Globalization;

namespace Crash.Tests;

/// <summary>What the shoppers do more of than usual, so that a crash point is passed.</summary>
internal enum Bias { Mixed, Declines, Refunds, Cancels, Confirmations }

/// <param name="Point">Null: SIGKILL from outside, at a random time.</param>
/// <param name="Passes">Die at this pass of the point, counted from one.</param>
internal sealed record PlannedKill(int Number, string? Point, int Passes, Bias Bias, int Seed)
{
    public string? Setting => Point is null ? null : string.Create(CultureInfo.InvariantCulture, $"{Point}:{Passes}");

    /// <summary>The point lies in start-up recovery, where the hub is killed three times in a row.</summary>
    public bool InRecovery => Point == CrashPlan.Recovery;

    /// <summary>The same point once more, at its first pass and with the workload that was not tried.</summary>
    public PlannedKill Again() => this with
    {
        Passes = 1,
        Seed = Seed + 1,
        Bias = Point is "C25" ? Bias.Confirmations : Bias == Bias.Mixed ? Bias.Confirmations : Bias.Mixed,
    };
}

internal static class CrashPlan
{
    public const string Recovery = "C28";

    /// <summary>Every point must be reached. C26 and C27 are steps of an upgrade and of a key rotation, which no shopper causes.</summary>
    public static readonly IReadOnlyList<string> Required =
        [.. Enumerable.Range(1, 25).Append(28).Select(number => $"C{number:00}")];

    /// <summary>Notices come to the first hub, and whichever hub holds the relay's cursor keeps it: with two hubs nobody knows who passes these.</summary>
    private static readonly string[] OfOneHub = ["C17", "C18", "C19", "C20", "C21", "C24"];

    /// <summary>All required points first, in random order, then points and random times in turn. The same seed gives the same plan.</summary>
    public static IEnumerable<PlannedKill> Make(int kills, int seed, int hubs = 1)
    {
        var random = new Random(seed);
        var points = Required.Where(point => hubs == 1 || !OfOneHub.Contains(point)).ToArray();
        random.Shuffle(points);
        for (var number = 1; number <= kills; number++)
        {
            var first = number <= points.Length;
            var point = first ? points[number - 1] : kills > 2 * points.Length && random.Next(2) == 0 ? points[random.Next(points.Length)] : null;
            yield return new PlannedKill(number, point, first || point == Recovery ? 1 : random.Next(1, 4), BiasFor(point, random), random.Next());
        }
    }

    private static Bias BiasFor(string? point, Random random) => point switch
    {
        "C23" => Bias.Refunds,
        "C24" => Bias.Confirmations,
        "C25" => Bias.Cancels,
        null => (Bias)random.Next(5),
        _ => Bias.Mixed,
    };
}
