using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections.Routing;

/// <summary>A port of a market, with the connections that serve it when no route says otherwise.</summary>
internal sealed record PortOfMarket(string Market, string Port, IReadOnlyList<string> Usual)
{
    public const string Payments = "payments", Tax = "tax", Search = "search", Content = "content", Edge = "edge";
}

/// <summary>Chooses the connection: by rule, share and canary, and among several the one that works.</summary>
internal sealed class Router(ConnectionList connections, RouteTable table, CanaryWatch canaries, Shadows shadows)
{
    /// <summary>Every connection that may serve, for lists of ways to pay and the like.</summary>
    public IReadOnlyList<string> All<T>(PortOfMarket port)
        where T : class, IPort => [.. table.Find(port.Market, port.Port).Route.Connections.Concat(port.Usual).Distinct().Where(id => connections.Offered<T>(id) is not null)];

    /// <summary>Who serves this request by rule and share, best first, whether it can be called or not.</summary>
    public IReadOnlyList<string> Chosen(PortOfMarket port, RouteFacts facts)
    {
        var route = table.Find(port.Market, port.Port).Route;
        var chosen = route.Rules.Where((rule, index) => (rule.When?.Holds(facts) ?? true) && Draw(facts.Subject, $"rule{index}") < rule.Percent).FirstOrDefault()?.Use ?? port.Usual;
        return route.Canary is { RolledBack: false } canary && Draw(facts.Subject, "canary") < canary.Percent ? [.. chosen.Prepend(canary.Connection).Distinct()] : chosen;
    }

    /// <summary>Who is asked besides, and serves nobody; null when there is no such connection.</summary>
    public RouteShadow? ShadowOf(PortOfMarket port) => table.Find(port.Market, port.Port).Route.Shadow;

    /// <summary>Whether the calls of a connection are going well, as far as this hub knows.</summary>
    public bool IsWell(string connection) => connections.Find(connection)?.Health.State is null or "closed";

    /// <summary>Who serves this request, best first. Those whose calls are failing come last; they are left in, for when nobody else is there.</summary>
    public IReadOnlyList<string> Candidates<T>(PortOfMarket port, RouteFacts facts)
        where T : class, IPort
    {
        var stored = table.Find(port.Market, port.Port);
        var chosen = Chosen(port, facts);
        // A canary that is left alone because it keeps failing would otherwise never be judged.
        if (stored.Route.Canary is { } canary && chosen is [var first, ..] && first == canary.Connection && connections.Find(canary.Connection)?.Health.State == "open") canaries.Count(stored, canary.Connection, good: false);
        return [.. chosen.Where(id => connections.Offered<T>(id) is not null).OrderBy(id => IsWell(id) ? 0 : 1)];
    }

    /// <summary>Asks the candidates in turn until one answers, each with as much patience. A refusal of the request is an answer. Throws the last failure.</summary>
    public async Task<(string Connection, TAnswer Answer)> AskAsync<T, TAnswer>(
        PortOfMarket port, RouteFacts facts, Func<T, CancellationToken, Task<TAnswer>> ask, TimeSpan patience, CancellationToken cancellationToken)
        where T : class, IPort
    {
        VendorException? last = null;
        foreach (var id in Candidates<T>(port, facts))
        {
            if (connections.Offered<T>(id) is not { } client) continue;
            try
            {
                var answer = await WithinAsync(client, id, ask, patience, cancellationToken);
                Report(port, id, good: true);
                if (table.Find(port.Market, port.Port).Route.Shadow is { } shadow && shadow.Connection != id && Draw(facts.Subject, "shadow") < shadow.Percent
                    && connections.Offered<T>(shadow.Connection) is { } other)
                    shadows.Compare(port, id, shadow.Connection, facts.Subject, answer, until => ask(other, until));
                return (id, answer);
            }
            catch (VendorException failure)
            {
                Report(port, id, good: false);
                if (failure.Failure == VendorFailure.Rejected) throw;
                last = failure;
            }
        }

        throw last ?? new VendorException(VendorFailure.Misconfigured, $"No connection serves {port.Port} in {port.Market}.");
    }

    /// <summary>How a request through a connection went; a canary lives or dies by it.</summary>
    public void Report(PortOfMarket port, string connection, bool good) => canaries.Count(table.Find(port.Market, port.Port), connection, good);

    private static async Task<TAnswer> WithinAsync<T, TAnswer>(T client, string id, Func<T, CancellationToken, Task<TAnswer>> ask, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        try
        {
            return await ask(client, deadline.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VendorException(VendorFailure.Transient, $"The connection '{id}' gave no answer in time.", inner: late);
        }
    }

    /// <summary>Whether the subject is among these hundredths.</summary>
    public static bool IsDrawn(string subject, string purpose, int percent) => Draw(subject, purpose) < percent;

    /// <summary>0 to 99, always the same for the same subject and purpose.</summary>
    private static int Draw(string subject, string purpose) => (int)(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}/{subject}"))) % 100);
}
