using System.Diagnostics;

namespace Composable.Hub.Connections;

/// <summary>
/// Asks a second time when a read takes much longer than reads of this connection usually do, and takes whichever answer comes first. The
/// second question counts as a repeat, of which there are few.
/// </summary>
internal sealed class Hedge(RetryBudget budget)
{
    private const int Remembered = 128, Enough = 32;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(30), Longest = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly TimeSpan[] times = new TimeSpan[Remembered];
    private int count;
    private TimeSpan? patience;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (Patience is not { } wait)
        {
            var only = await send(request, cancellationToken);
            Remember(Stopwatch.GetElapsedTime(started));
            return only;
        }

        // Before the first is under way: afterwards its body may be being read.
        using var another = await CopyAsync(request, cancellationToken);
        using var firstEnds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var secondEnds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = send(request, firstEnds.Token);
        await Task.WhenAny(first, Task.Delay(wait, secondEnds.Token));
        if (first.IsCompleted || cancellationToken.IsCancellationRequested || !budget.TrySpend())
        {
            var answer = await first;
            Remember(Stopwatch.GetElapsedTime(started));
            return answer;
        }

        var second = send(another, secondEnds.Token);
        var winner = await Task.WhenAny(first, second);
        if (!winner.IsCompletedSuccessfully) winner = winner == first ? second : first;
        var (loser, loserEnds) = winner == first ? (second, secondEnds) : (first, firstEnds);
        try
        {
            return await winner;
        }
        finally
        {
            await loserEnds.CancelAsync();
            _ = loser.ContinueWith(late => (late.Exception is null && !late.IsCanceled ? late.Result : null)?.Dispose(), TaskScheduler.Default);
            Remember(Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>Twice what nineteen of twenty reads take; null until enough is known.</summary>
    private TimeSpan? Patience
    {
        get
        {
            lock (gate) return patience;
        }
    }

    private void Remember(TimeSpan took)
    {
        lock (gate)
        {
            times[count++ % Remembered] = took;
            if (count < Enough || count % Enough != 0) return;
            var known = times.AsSpan(0, Math.Min(count, Remembered)).ToArray();
            Array.Sort(known);
            var unusual = known[known.Length * 19 / 20] * 2;
            patience = unusual < Shortest ? Shortest : unusual > Longest ? Longest : unusual;
        }
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Version = request.Version };
        foreach (var header in request.Headers.NonValidated) copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        if (request.Content is { } content)
        {
            copy.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync(cancellationToken));
            foreach (var header in content.Headers.NonValidated) copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return copy;
    }
}
