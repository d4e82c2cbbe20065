using System.Reflection;
using System.Text.Json.Nodes;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Contracts;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;
using Composable.Hub.Tests.Http.CardData;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 14, SQL in parameters and headers: it stays a value.</summary>
public sealed class SqlInjectionTests
{
    /// <summary>Headers that the hub reads, whether the contract names them or not.</summary>
    private static readonly string[] Headers = ["Hub-Key", "Hub-Market", "Hub-Cart-Token", "Idempotency-Key", "If-Match", "If-None-Match", "Accept-Language", "User-Agent", "Cookie", "Origin", "traceparent", "X-Forwarded-For"];

    /// <summary>The part of the hub that may put a statement's text together; the rest writes <see cref="Sql"/>, whose holes are always parameters.</summary>
    private static readonly string[] Writers = ["Events/Replay.cs", "Storage/Database.cs", "Storage/Latest.cs", "Storage/PostgresDatabase.cs", "Storage/Snapshot.cs", "Storage/SqliteDatabase.cs", "Search/Embedded/Generations.cs"];

    [Theory, OnBothDatabases]
    public async Task Row_14_SQL_in_any_parameter_or_header_stays_a_value(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        await shop.Client().FillAsync(await shop.Client().SellAsync());
        await PlantAsync(shop);
        var calls = Calls(await Canary.OperationsAsync(shop)).ToList();
        calls.Count.ShouldBeGreaterThan(5_000);
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, _) =>
        {
            var reply = await shop.CallAsync(call.Route, call.Route.Sample(), call.Path, headers: call.Headers);
            reply.Status.ShouldBeLessThan(500, $"{call.Route} {call.Path} {string.Join(' ', call.Headers)}");
            var said = reply.Json?.ToJsonString() ?? "";
            said.ShouldNotContain("canary word", Case.Sensitive, call.Path);
            if (reply.Status >= 400) said.ShouldNotMatch("(?i)syntax error|npgsql[.]|SqliteException|unterminated quoted|SQLSTATE", call.Path);
        });

        // One that slept in the database would have outlasted the client's patience.
        (await shop.Database.QueryAsync<string>($"SELECT word FROM canary", default)).ShouldBe(["canary word"]);
    }

    [Fact]
    public void Row_14_statements_are_put_together_in_few_places()
    {
        var sources = Path.Combine(ContractFilesTests.Root, "src", "Hub");
        string[] ways = ["CommandText", "CommandDefinition(", "new NpgsqlCommand", "new NpgsqlBatchCommand", "new SqliteCommand", "CreateCommand(", "ExecuteSqlRaw", "AppendLiteral("];
        var found = Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && ways.Any(File.ReadAllText(file).Contains))
            .Select(file => Path.GetRelativePath(sources, file).Replace('\\', '/')).Where(file => file is not ("Storage/Sql.cs" or "Storage/Commit.cs")).Order(StringComparer.Ordinal);

        found.Except(Writers).ShouldBeEmpty("somebody else writes statements");
        typeof(Sql).GetMethod(nameof(Sql.AppendFormatted), BindingFlags.Public | BindingFlags.Instance).ShouldNotBeNull("a hole takes any value");
    }

    private static async Task PlantAsync(TestShop shop)
    {
        await using var connection = await shop.Database.OpenAsync(default);
        foreach (var statement in (string[])["CREATE TABLE canary (word text)", "INSERT INTO canary (word) VALUES ('canary word')"])
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // written above
            command.CommandText = statement;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Every query parameter, path parameter and header of every operation, each with every payload. What makes things without naming one is left out.</summary>
    private static IEnumerable<(ApiRoute Route, string Path, (string, string)[] Headers)> Calls(IEnumerable<(string Method, string Path, JsonNode Operation, JsonNode Document)> operations)
    {
        foreach (var (method, pattern, operation, _) in operations.Where(operation => operation.Method == "GET" || operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            if (pattern.EndsWith("/events", StringComparison.Ordinal)) continue;
            var route = new ApiRoute(method, pattern, null);
            var parameters = (operation["parameters"]?.AsArray() ?? []).Select(parameter => (Name: parameter!["name"]!.GetValue<string>(), In: parameter["in"]!.GetValue<string>())).ToList();
            foreach (var payload in SqlPayloads.All)
            {
                var written = Uri.EscapeDataString(payload);
                foreach (var (name, place) in parameters)
                {
                    if (place == "query") yield return (route, $"{route.Path()}?{name}={written}", []);
                    if (place == "path") yield return (route, (route with { Pattern = pattern.Replace($"{{{name}}}", written, StringComparison.Ordinal) }).Path(), []);
                }
            }

            // Headers are read by the same code everywhere: a few payloads on each route, and all of them on the routes below.
            var all = pattern is "/v1/carts/{id}" or "/v1/products" or "/admin/orders";
            foreach (var name in Headers.Concat(parameters.Where(parameter => parameter.In == "header").Select(parameter => parameter.Name)).Distinct())
                foreach (var payload in all ? SqlPayloads.All : SqlPayloads.All.Where((_, at) => at % 12 == 3)) yield return (route, route.Path(), [(name, payload.All(char.IsAscii) ? payload : Uri.EscapeDataString(payload))]);
        }
    }
}
