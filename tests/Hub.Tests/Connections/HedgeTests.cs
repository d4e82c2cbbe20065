using Composable.Hub.Connections;

namespace Composable.Hub.Tests.Connections;

/// <summary>A read that takes unusually long is asked for a second time, and the first answer counts.</summary>
public sealed class HedgeTests
{
    [Fact]
    public async Task A_read_that_is_stuck_is_answered_by_the_second_question_and_the_first_is_given_up()
    {
        var hedge = await PractisedAsync();
        var asked = 0;
        var givenUp = new TaskCompletionSource();

        using var answer = await SendAsync(hedge, async (request, cancellationToken) =>
        {
            if (Interlocked.Increment(ref asked) > 1) return new HttpResponseMessage { Content = new StringContent(await request.Content!.ReadAsStringAsync(cancellationToken)) };
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                givenUp.SetResult();
            }

            throw new InvalidOperationException("It waits for ever.");
        });

        asked.ShouldBe(2);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("the question", "the second question is the same as the first");
        await givenUp.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_read_that_is_as_quick_as_usual_is_asked_once()
    {
        var hedge = await PractisedAsync();
        var asked = 0;
        using var answer = await SendAsync(hedge, (_, _) =>
        {
            asked++;
            return Task.FromResult(new HttpResponseMessage());
        });
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task When_the_first_fails_the_second_is_waited_for()
    {
        var hedge = await PractisedAsync();
        var asked = 0;
        using var second = new HttpResponseMessage(System.Net.HttpStatusCode.Accepted);
        var secondAsked = new TaskCompletionSource();
        using var answer = await SendAsync(hedge, async (_, _) =>
        {
            if (Interlocked.Increment(ref asked) == 2)
            {
                secondAsked.SetResult();
                await Task.Yield();
                return second;
            }

            await secondAsked.Task;
            throw new HttpRequestException("reset");
        });
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Second_questions_are_few()
    {
        var budget = new RetryBudget();
        while (budget.TrySpend())
        {
            // Somebody else has used up what could be repeated.
        }

        var hedge = await PractisedAsync(budget);
        while (budget.TrySpend())
        {
            // And the calls since.
        }

        var asked = 0;
        using var answer = await SendAsync(hedge, async (_, cancellationToken) =>
        {
            asked++;
            await Task.Delay(200, cancellationToken);
            return new HttpResponseMessage();
        });
        asked.ShouldBe(1);
    }

    /// <summary>One that knows how long reads usually take: no time at all.</summary>
    private static async Task<Hedge> PractisedAsync(RetryBudget? budget = null)
    {
        var hedge = new Hedge(budget ?? new RetryBudget());
        for (var call = 0; call < 64; call++) (await SendAsync(hedge, (_, _) => Task.FromResult(new HttpResponseMessage()))).Dispose();
        return hedge;
    }

    private static async Task<HttpResponseMessage> SendAsync(Hedge hedge, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1/") { Content = new StringContent("the question") };
        return await hedge.SendAsync(request, send, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
