namespace Composable.Bench;

/// <summary>When requests are meant to start, as offsets from the beginning; fixed before the first one is sent.</summary>
internal static class Schedule
{
    /// <summary>Evenly spaced arrivals. <paramref name="rate"/> is per second.</summary>
    public static TimeSpan[] Constant(double rate, TimeSpan length)
    {
        var arrivals = new TimeSpan[(int)Math.Floor(rate * length.TotalSeconds)];
        for (var i = 0; i < arrivals.Length; i++)
        {
            arrivals[i] = TimeSpan.FromSeconds(i / rate);
        }

        return arrivals;
    }

    /// <summary>Independent arrivals, as many shoppers make them: exponential gaps. The same seed gives the same schedule.</summary>
    public static TimeSpan[] Poisson(double rate, TimeSpan length, int seed)
    {
        // Repeatable, not secret.
#pragma warning disable CA5394
        var random = new Random(seed);
        var arrivals = new List<TimeSpan>((int)(rate * length.TotalSeconds * 1.1));
        for (var at = Gap(); at < length.TotalSeconds; at += Gap())
        {
            arrivals.Add(TimeSpan.FromSeconds(at));
        }

        return [.. arrivals];

        double Gap() => -Math.Log(1 - random.NextDouble()) / rate;
#pragma warning restore CA5394
    }
}
