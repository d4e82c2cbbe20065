using Composable.Hub.Storage;

namespace Composable.Hub.Operations;

/// <summary>When the hub may take traffic.</summary>
internal static class HubReadiness
{
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(60);

    public static void AddHubReadiness(this IServiceCollection services)
    {
        services.AddSingleton(provider => Check(provider, "database", async (database, cancellationToken) => await database.CountAsync($"SELECT 1", cancellationToken) == 1));
        services.AddSingleton(provider => Check(provider, "migrations", async (database, cancellationToken) =>
            !Migrations.After(await database.CountAsync($"SELECT max(number) FROM migrations", cancellationToken)).Any()));
        services.AddSingleton(provider =>
        {
            var backlog = provider.GetRequiredService<Backlog>();
            return new ReadinessCheck("relay", async cancellationToken => await backlog.OutboxLagAsync(cancellationToken) < LongestLag);
        });
    }

    private static ReadinessCheck Check(IServiceProvider provider, string name, Func<Database, CancellationToken, Task<bool>> holds)
    {
        var database = provider.GetRequiredService<Database>();
        return new(name, cancellationToken => holds(database, cancellationToken));
    }
}
