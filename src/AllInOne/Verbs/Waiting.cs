namespace Composable.AllInOne.Verbs;

internal static class Waiting
{
    private const int MaxPolls = 90;

    /// <summary>Asks again, up to about a minute and a half, until the answer is as wanted; gives the last answer either way.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted, CancellationToken cancellationToken)
    {
        var answer = await ask();
        for (var poll = 1; !wanted(answer) && poll < MaxPolls; poll++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1_000, 50 * poll)), cancellationToken);
            answer = await ask();
        }
        return answer;
    }
}
