using System.Net.Http.Headers;
using Composable.Hub.Events;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Composable.Hub.Tests.Operations;

public sealed class HealthTests
{
    [Theory, OnBothDatabases]
    public async Task A_running_hub_is_alive_and_ready(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();

        var alive = await client.SendAsync(HttpMethod.Get, "/healthz", key: null);
        var ready = await client.SendAsync(HttpMethod.Get, "/readyz", key: null);

        alive.Status.ShouldBe(200);
        ready.Status.ShouldBe(200, ready.Json?.ToString());
        ready["status"].GetValue<string>().ShouldBe("ready");
        ready["missing"].AsArray().ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_migration_that_is_missing_is_named(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        await shop.Database.CommitAsync(new Commit().Add($"DELETE FROM migrations WHERE number > 0"), CancellationToken.None);

        var ready = await shop.Client().SendAsync(HttpMethod.Get, "/readyz", key: null);

        ready.Status.ShouldBe(503);
        ready["missing"].AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["migrations"]);
    }

    [Fact]
    public async Task Events_that_nobody_hands_on_are_named()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        await shop.Hub.Services.GetServices<IHostedService>().OfType<Relay>().Single().StopAsync(CancellationToken.None);
        await shop.Database.CommitAsync(
            new Commit().Add($"INSERT INTO events (id, stream, seq, type, data, at) VALUES ({"evt_old"}, {"test_1"}, {1L}, {"test.happened"}, {"{}"}, {Sql.Now} - {90_000L})"), CancellationToken.None);

        var ready = await shop.Client().SendAsync(HttpMethod.Get, "/readyz", key: null);

        ready.Status.ShouldBe(503);
        ready["missing"].AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["relay"]);
    }

    [Fact]
    public async Task A_hub_whose_database_went_away_is_alive_but_not_ready()
    {
        if (TestShop.PostgresUrl is null) return;
        await using var shop = await TestShop.StartAsync("postgres");
        var name = await shop.Database.FirstAsync<string>($"SELECT current_database()", CancellationToken.None);
        await using var server = NpgsqlDataSource.Create(TestShop.PostgresUrl);
        await using var drop = server.CreateCommand($"DROP DATABASE {name} WITH (FORCE)");
        // It waits for a checkpoint of the whole server.
        drop.CommandTimeout = 180;
        await drop.ExecuteNonQueryAsync();

        var alive = await shop.Client().SendAsync(HttpMethod.Get, "/healthz", key: null);
        var ready = await shop.Client().SendAsync(HttpMethod.Get, "/readyz", key: null);

        alive.Status.ShouldBe(200);
        ready.Status.ShouldBe(503);
        ready["status"].GetValue<string>().ShouldBe("not_ready");
        ready["missing"].AsArray().Select(missing => missing!.GetValue<string>()).ShouldContain("database");
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/metrics", 200)]
    [InlineData("/v1/products?limit=1", 200)]
    [InlineData("/v1/products/nothing-like-this", 404)]
    [InlineData("/openapi/storefront.json", 200)]
    public async Task HEAD_is_answered_like_GET_without_a_body(string path, int status)
    {
        var shop = await TestShop.OnAsync("sqlite");
        using var request = new HttpRequestMessage(HttpMethod.Head, path) { Headers = { { "Hub-Key", "pk_demo" } } };

        using var answer = await shop.Http.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType.ShouldBeOfType<MediaTypeHeaderValue>();
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }
}
