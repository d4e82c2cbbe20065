using Composable.Hub.Pages;

namespace Composable.Hub.Tests.Pages;

public sealed class SharedCopiesTests
{
    private readonly SharedCopies<int, Copy> copies = new(100, 1_000_000, TimeProvider.System);

    [Fact]
    public async Task There_are_never_many_more_than_the_bound_and_the_used_ones_stay()
    {
        for (var key = 0; key < 5_000; key++)
        {
            await copies.At(key).RenewAsync(_ => Task.FromResult(new Copy("x")));
            copies.TryFind(0, out _).ShouldBeTrue($"{key}");
            copies.Count.ShouldBeLessThanOrEqualTo(101);
        }
    }

    [Fact]
    public async Task They_never_take_more_than_the_bound()
    {
        for (var key = 0; key < 50; key++) await copies.At(key).RenewAsync(_ => Task.FromResult(new Copy("x") { Size = 100_000 }));
        copies.Count.ShouldBeLessThanOrEqualTo(10);
        copies.TryFind(49, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Only_what_shows_a_tag_is_outdated_by_it_and_a_new_copy_is_not()
    {
        await copies.At(1).RenewAsync(_ => Task.FromResult(new Copy("a", "b")));
        await copies.At(2).RenewAsync(_ => Task.FromResult(new Copy("c")));
        copies.Outdate(new HashSet<string> { "b" });
        (copies.At(1).IsOutdated, copies.At(2).IsOutdated).ShouldBe((true, false));
        await copies.At(1).RenewAsync(_ => Task.FromResult(new Copy("a")));
        copies.At(1).IsOutdated.ShouldBeFalse();
    }

    [Fact]
    public async Task What_changes_while_a_copy_is_made_outdates_it()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var making = copies.At(1).RenewAsync(async _ =>
        {
            begun.SetResult();
            await go.Task;
            return new Copy("a");
        });
        await begun.Task;
        copies.Outdate(new HashSet<string> { "a" });
        go.SetResult();
        await making;
        copies.At(1).IsOutdated.ShouldBeTrue();
    }

    [Fact]
    public async Task What_changes_elsewhere_while_a_copy_is_made_does_not_outdate_it()
    {
        await copies.At(1).RenewAsync(_ =>
        {
            copies.Outdate(new HashSet<string> { "b" });
            return Task.FromResult(new Copy("a"));
        });
        copies.At(1).IsOutdated.ShouldBeFalse();
    }

    [Fact]
    public async Task A_failure_keeps_the_old_copy_and_the_next_try_is_a_new_one()
    {
        var old = await copies.At(1).RenewAsync(_ => Task.FromResult(new Copy("a")));
        await Should.ThrowAsync<InvalidOperationException>(() => copies.At(1).RenewAsync(_ => throw new InvalidOperationException("broken")));
        copies.At(1).Copy.ShouldBeSameAs(old);
        (await copies.At(1).RenewAsync(before => Task.FromResult(before!))).ShouldBeSameAs(old);
    }

    private sealed record Copy(params string[] Named) : ICopy
    {
        public IReadOnlyCollection<string> Tags => Named;

        public long Size { get; init; } = 1;
    }
}
