using Composable.Hub.Storage;

namespace Composable.Hub.Tests.Storage;

public sealed class TogetherTests
{
    private readonly List<int[]> written = [];

    [Fact]
    public async Task Writers_of_one_moment_share_a_write()
    {
        var together = Together();
        await Task.WhenAll(Enumerable.Range(1, 5).Select(together.AddAsync));
        await together.AddAsync(6);
        written.ShouldBe([[1, 2, 3, 4, 5], [6]]);
    }

    [Fact]
    public async Task A_share_is_bounded()
    {
        var together = Together();
        await Task.WhenAll(Enumerable.Range(1, 250).Select(together.AddAsync));
        written.Select(share => share.Length).Order().ShouldBe([50, 100, 100]);
    }

    [Fact]
    public async Task Everybody_hears_that_the_write_failed_and_the_next_one_is_a_new_try()
    {
        var together = new Together<int>(TimeSpan.FromMilliseconds(20), share => share.Contains(1) ? throw new DatabaseUnavailableException(new IOException()) : Task.CompletedTask);
        var (one, two) = (together.AddAsync(1), together.AddAsync(2));
        await Should.ThrowAsync<DatabaseUnavailableException>(one);
        await Should.ThrowAsync<DatabaseUnavailableException>(two);
        await together.AddAsync(3);
    }

    private Together<int> Together() => new(TimeSpan.FromMilliseconds(50), share =>
    {
        lock (written) written.Add([.. share]);
        return Task.CompletedTask;
    });
}
