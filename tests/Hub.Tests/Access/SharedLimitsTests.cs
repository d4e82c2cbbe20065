using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Access;

/// <summary>Two hubs on one database let through together what one would.</summary>
public sealed class SharedLimitsTests
{
    private const int Limit = 200, Tolerance = Limit / 20;

    private static readonly (string, string)[] Strict = [("Limits:Patience", "00:00:30"), ("Limits:Window", "1.00:00:00"), ("Limits:Browse", $"{Limit}")];

    private static async Task<int> LetThroughAsync(TestShop hub, int requests)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => hub.Client().GetAsync("/v1/categories")));
        replies.ShouldAllBe(reply => reply.Status == 200 || reply.Status == 429);
        return replies.Count(reply => reply.Status == 200);
    }

    public static TheoryData<int, int> Shares => new() { { 300, 300 }, { 400, 10 }, { 10, 400 }, { 100, 150 } };

    [Theory, MemberData(nameof(Shares))]
    public async Task The_limit_holds_over_the_sum_however_requests_are_spread(int one, int other)
    {
        if (TestShop.PostgresUrl is null) return;
        await using var shop = await TestShop.StartAsync("postgres", Strict);
        var second = await shop.AnotherHubAsync(Strict);

        var through = (await Task.WhenAll(LetThroughAsync(shop, one), LetThroughAsync(second, other))).Sum();
        through += await LetThroughAsync(shop, Limit) + await LetThroughAsync(second, Limit);

        through.ShouldBeInRange(Limit, Limit + Tolerance);
        (await LetThroughAsync(shop, 5) + await LetThroughAsync(second, 5)).ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_who_uses_one_hub_of_two_has_the_whole_limit_there()
    {
        if (TestShop.PostgresUrl is null) return;
        await using var shop = await TestShop.StartAsync("postgres", Strict);
        await shop.AnotherHubAsync(Strict);

        (await LetThroughAsync(shop, 2 * Limit)).ShouldBe(Limit);
    }

    [Fact]
    public async Task Few_requests_ask_the_database()
    {
        if (TestShop.PostgresUrl is null) return;
        await using var shop = await TestShop.StartAsync("postgres", ("Limits:Window", "1.00:00:00"), ("Limits:Browse", "10000"));
        var shared = shop.Hub.Services.GetRequiredService<SharedLimits>();
        var bucket = new RateBucket(shared, "test", 1, 10_000, (long)TimeSpan.FromDays(1).TotalMilliseconds);
        var (taken, asked) = (0, 0);
        for (var tries = 0; tries < 11_000; tries++)
        {
            var taking = bucket.TakeAsync(shared.Now);
            if (!taking.IsCompleted) asked++;
            if ((await taking).Taken) taken++;
        }

        taken.ShouldBe(10_000);
        asked.ShouldBeInRange(10, 100);
    }

    [Fact]
    public async Task Browsing_stays_open_and_bounded_when_the_count_cannot_be_shared()
    {
        if (TestShop.PostgresUrl is null) return;
        await using var shop = await TestShop.StartAsync("postgres", Strict);
        await using (var connection = await shop.Database.OpenAsync(default))
        {
            await using var drop = connection.CreateCommand();
            drop.CommandText = "DROP TABLE rate_windows";
            await drop.ExecuteNonQueryAsync();
        }

        (await LetThroughAsync(shop, 2 * Limit)).ShouldBe(Limit, "it counts by itself");
    }

    [Theory, OnBothDatabases]
    public async Task A_sensitive_operation_is_counted_exactly_over_two_hubs(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var throttles = new[] { shop, await shop.AnotherHubAsync() }.Select(hub => hub.Hub.Services.GetRequiredService<Throttle>()).ToArray();
        Task<Refusal?> SignInAsync(int number, string account) => throttles[number % 2].TakeAsync("sign-in", account, 10, TimeSpan.FromHours(1), default);

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(() => SignInAsync(number, "ada@example.com"))));

        results.Count(refusal => refusal is null).ShouldBe(10);
        var refused = results.First(refusal => refusal is not null)!;
        (refused.Status, refused.Code).ShouldBe((429, "rate_limited"));
        refused.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        (await SignInAsync(0, "bob@example.com")).ShouldBeNull("another account");
        (await throttles[1].TakeAsync("reset", "ada@example.com", 1, TimeSpan.FromHours(1), default)).ShouldBeNull("another purpose");
        (await shop.Database.CountAsync($"SELECT count(*) FROM throttles WHERE key LIKE '%ada%'", default)).ShouldBe(0, "only a hash is kept");
    }

    [Theory, OnBothDatabases]
    public async Task A_window_that_is_over_makes_room_and_so_does_forgetting(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var throttle = shop.Hub.Services.GetRequiredService<Throttle>();
        Task<Refusal?> TakeAsync() => throttle.TakeAsync("sign-in", "ada", 1, TimeSpan.FromHours(1), default);
        (await TakeAsync()).ShouldBeNull();
        (await TakeAsync()).ShouldNotBeNull();

        await shop.Database.CommitAsync(new Commit().Add($"UPDATE throttles SET ends = {Sql.Now}"), default);
        (await TakeAsync()).ShouldBeNull();
        (await TakeAsync()).ShouldNotBeNull();

        var commit = new Commit();
        Throttle.Forget(commit, "sign-in", "ada");
        await shop.Database.CommitAsync(commit, default);
        (await TakeAsync()).ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task One_too_many_undoes_the_commit_it_is_a_part_of_and_without_a_database_nothing_happens(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        Commit Attempt(string purpose)
        {
            var commit = new Commit().Add($"INSERT INTO throttles (purpose, key, taken, ends) VALUES ({purpose}, 'effect', 0, 0)");
            Throttle.Add(commit, "sign-in", "ada", 1, TimeSpan.FromHours(1));
            return commit;
        }

        await shop.Database.CommitAsync(Attempt("first"), default);
        (await Should.ThrowAsync<GuardFailedException>(() => shop.Database.CommitAsync(Attempt("second"), default))).Code.ShouldBe(Throttle.Spent);
        (await shop.Database.CountAsync($"SELECT count(*) FROM throttles WHERE key = 'effect'", default)).ShouldBe(1);

        await shop.Database.CommitAsync(new Commit().Add($"DELETE FROM throttles WHERE purpose = 'first'"), default);
        await using (var connection = await shop.Database.OpenAsync(default))
        {
            await using var drop = connection.CreateCommand();
            drop.CommandText = "DROP TABLE throttles";
            await drop.ExecuteNonQueryAsync();
        }

        await Should.ThrowAsync<Exception>(() => shop.Hub.Services.GetRequiredService<Throttle>().TakeAsync("sign-in", "bob", 5, TimeSpan.FromHours(1), default));
    }
}
