using Composable.Hub.Access;

namespace Composable.Hub.Tests.Access;

public sealed class SteadyAnswersTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 99)]
    [InlineData(99, 1)]
    [InlineData(100, 100)]
    [InlineData(130, 70)]
    [InlineData(1_250, 50)]
    public void Row_17_an_answer_waits_for_the_next_full_step(int passed, int left) =>
        SteadyAnswers.Left(TimeSpan.FromMilliseconds(passed), TimeSpan.FromMilliseconds(100)).ShouldBe(TimeSpan.FromMilliseconds(left));
}
