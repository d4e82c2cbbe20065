using System.Collections.Concurrent;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests;

/// <summary>Counts what was answered, to tell whether the run came anywhere.</summary>
internal sealed class Tally(ApiContract contract)
{
    private readonly ConcurrentDictionary<string, byte> succeeded = new();
    private readonly ConcurrentDictionary<int, int> byStatus = new();
    private int sent, orders, changes;

    public int Sent => sent;

    public int Orders => orders;

    public int Changes => changes;

    public string Statuses => string.Join(", ", byStatus.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"));

    /// <summary>Operations that were never answered well: nothing beyond their first checks was seen.</summary>
    public IReadOnlyList<string> NeverSucceeded => [.. contract.Operations.Select(operation => operation.Name).Where(name => !succeeded.ContainsKey(name))];

    public void Count(Draft draft, Operation? operation, Answer answer)
    {
        Interlocked.Increment(ref sent);
        byStatus.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        if (answer.Status is >= 200 and < 300 && operation is not null && draft.Method != "HEAD") succeeded[operation.Name] = 1;
    }

    public void Count(Journey journey)
    {
        Interlocked.Add(ref orders, journey.Orders);
        Interlocked.Add(ref changes, journey.Changes);
    }
}
