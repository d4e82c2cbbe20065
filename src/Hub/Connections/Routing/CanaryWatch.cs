using System.Collections.Concurrent;
using System.Globalization;
using Composable.Hub.Http;
using Composable.Hub.Observability;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections.Routing;

/// <summary>Counts how canaries do against the others, on this hub, and rolls back those that do worse: in the database, so that all hubs follow.</summary>
internal sealed partial class CanaryWatch(RouteStore store, ILogger<CanaryWatch> logger)
{
    private readonly ConcurrentDictionary<(string Market, string Port), Tally> tallies = new();

    public void Count(StoredRoute route, string connection, bool good)
    {
        if (route.Route.Canary is not { RolledBack: false } canary) return;
        var tally = tallies.AddOrUpdate((route.Market, route.Port), _ => new(route.Version), (_, known) => known.Version == route.Version ? known : new(route.Version));
        if (tally.Add(connection == canary.Connection, good) && tally.Verdict(canary) is { } why) _ = RollBackAsync(route, canary, why);
    }

    private async Task RollBackAsync(StoredRoute route, RouteCanary canary, string why)
    {
        try
        {
            await store.SaveAsync(route, route.Route with { Canary = canary with { RolledBack = true, Why = why } }, key: null, new Answer(200, ""), CancellationToken.None);
            Log.RolledBack(logger, canary.Connection, route.Port, route.Market, why);
            HubTelemetry.CanariesRolledBack.Add(1);
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            // Another hub rolled it back, or staff changed the route: then this canary is gone.
        }
        catch (Exception error)
        {
            Log.Failed(logger, canary.Connection, error);
            tallies.TryRemove((route.Market, route.Port), out _);
        }
    }

    /// <summary>Outcomes of one version of a route.</summary>
    private sealed class Tally(long version)
    {
        private readonly Lock gate = new();
        private (long All, long Bad) canary, others;
        private bool judged;

        public long Version { get; } = version;

        /// <summary>Whether there is something new to judge.</summary>
        public bool Add(bool isCanary, bool good)
        {
            lock (gate)
            {
                ref var side = ref isCanary ? ref canary : ref others;
                side = (side.All + 1, side.Bad + (good ? 0 : 1));
                return isCanary && !good && !judged;
            }
        }

        /// <summary>Why the canary is to go; null while it may stay. Said once.</summary>
        public string? Verdict(RouteCanary route)
        {
            lock (gate)
            {
                if (judged || canary.All < route.Calls) return null;
                var (mine, theirs) = ((double)canary.Bad / canary.All, others.All == 0 ? 0 : (double)others.Bad / others.All);
                if (mine <= theirs + route.WorseBy) return null;
                judged = true;
                return string.Create(CultureInfo.InvariantCulture, $"{canary.Bad} of {canary.All} failed or were declined, against {others.Bad} of {others.All} elsewhere.");
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The canary {Connection} for {Port} in {Market} was rolled back: {Why}")]
        public static partial void RolledBack(ILogger logger, string connection, string port, string market, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "The canary {Connection} does worse and could not be rolled back; it is counted anew")]
        public static partial void Failed(ILogger logger, string connection, Exception error);
    }
}
