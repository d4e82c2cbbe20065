using Xunit.Abstractions;

namespace Crash.Tests;

public sealed class CampaignTests(ITestOutputHelper output)
{
    [Fact]
    public Task Fifty_kills_lose_nothing() => RunAsync(new(50, 20_260, Postgres: false, Shoppers: 4, Port: 5380));

    /// <summary>Runs where <c>COMPOSABLE_TEST_POSTGRES</c> names a server.</summary>
    [PostgresFact]
    public Task Ten_kills_lose_nothing_on_PostgreSQL() => RunAsync(new(10, 20_261, Postgres: true, Shoppers: 4, Port: 5380));

    [PostgresFact]
    public Task Ten_kills_of_either_of_two_hubs_lose_nothing() => RunAsync(new(10, 20_262, Postgres: true, Shoppers: 4, Port: 5380, Hubs: 2));

    private async Task RunAsync(CampaignSettings settings)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        var summary = await CampaignRun.RunAsync(settings, output.WriteLine, limit.Token);
        summary.Violations.ShouldBeEmpty();
        summary.NeverReached.ShouldBeEmpty();
    }
}

internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(CampaignRun.PostgresVariable))) Skip = $"{CampaignRun.PostgresVariable} is not set.";
    }
}
