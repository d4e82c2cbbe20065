using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Search.Embedded;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Connectors.Tests.Kit;

namespace Composable.Hub.Tests.Search;

/// <summary>The hub's own engine is certified like any vendor's, on the database that the hub has.</summary>
public sealed class EmbeddedSearchOnSqliteTests : SearchContract, IDisposable
{
    private static readonly Lazy<Task<Database>> Shared = new(() => Engine.OpenAsync("sqlite"));
    private readonly EmbeddedSearch connector = new(Shared.Value.GetAwaiter().GetResult());

    protected override ISearch Search => field ??= Engine.Of(connector);

    public void Dispose() => connector.Dispose();
}

public sealed class EmbeddedSearchOnPostgresTests : SearchContract, IDisposable
{
    // Where there is no server the tests run on SQLite once more; a CI run does not accept that.
    private static readonly Lazy<Task<Database>> Shared = new(() => Engine.OpenAsync(TestShop.PostgresUrl is not null || Environment.GetEnvironmentVariable("CI") == "true" ? "postgres" : "sqlite"));
    private readonly EmbeddedSearch connector = new(Shared.Value.GetAwaiter().GetResult());

    protected override ISearch Search => field ??= Engine.Of(connector);

    public void Dispose() => connector.Dispose();
}

internal static class Engine
{
    public static async Task<Database> OpenAsync(string database)
    {
        var opened = StorageSetup.Open(database == "sqlite"
            ? $"Data Source={Path.Combine(Scratch.Folder("search"), "hub.db")}"
            : await TestShop.FreshPostgresAsync());
        await opened.MigrateAsync(default);
        return opened;
    }

    public static ISearch Of(EmbeddedSearch connector, string space = "main") => (ISearch)connector.Connect(JsonSerializer.SerializeToElement(new { space }), new HttpClient());
}
