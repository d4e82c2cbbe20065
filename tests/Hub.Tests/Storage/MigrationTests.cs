using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Storage;

/// <summary>A shop that has been running for a while gets a newer hub.</summary>
public sealed class MigrationTests
{
    [Theory, OnBothDatabases]
    public async Task What_was_stored_by_the_first_release_is_carried_over(string database)
    {
        await using var storage = await OpenAsync(database);
        await BringToAsync(storage, 1);
        await storage.CommitAsync(new Commit()
            .Add($"INSERT INTO checkouts (id, cart_id, status, version, doc, expires_at) VALUES ('chk_1', 'cart_1', 'ready', 3, {"""{"id":"chk_1","quote":{"hash":"abc","lines":[{"title":"A \"fine\" tent"}]}}"""}, 5)")
            .AddRow("INSERT INTO process_journal (process_id, number, step, phase, note, at) VALUES ", $"('prc_1', 100, 'authorize the payment', 'failed', {"""Said "no" \ maybe"""}, 7)")
            .AddRow("INSERT INTO process_journal (process_id, number, step, phase, note, at) VALUES ", $"('prc_1', 101, 'authorize the payment', 'done', {(string?)null}, 8)"), default);

        await storage.MigrateAsync(default);
        await storage.MigrateAsync(default);

        var quote = (await storage.QueryAsync<string>($"SELECT quote FROM checkouts WHERE id = 'chk_1' AND live = 1", default)).ShouldHaveSingleItem();
        System.Text.Json.Nodes.JsonNode.Parse(quote)!["lines"]![0]!["title"]!.GetValue<string>().ShouldBe("A \"fine\" tent");
        var journal = await new Durability.Workshop(storage).Store.JournalAsync("prc_1", 10, default);
        journal.Select(row => (row.Entry.Phase, row.Entry.Note, row.At)).ShouldBe([("failed", """Said "no" \ maybe""", 7), ("done", null, 8)]);
    }

    [Theory, OnBothDatabases]
    public async Task A_cart_still_has_one_live_checkout_at_most(string database)
    {
        await using var storage = await OpenAsync(database);
        await storage.MigrateAsync(default);
        await storage.CommitAsync(Checkout("chk_1", "canceled"), default);
        await storage.CommitAsync(Checkout("chk_2", "completing"), default);

        (await Should.ThrowAsync<DuplicateException>(() => storage.CommitAsync(Checkout("chk_3", "ready"), default))).Table.ShouldBe("checkouts");

        await storage.CommitAsync(new Commit().Add($"UPDATE checkouts SET status = 'expired' WHERE id = 'chk_2'"), default);
        await storage.CommitAsync(Checkout("chk_3", "ready"), default);
    }

    private static Commit Checkout(string id, string status) => new Commit()
        .Add($"INSERT INTO checkouts (id, cart_id, status, version, doc, expires_at) VALUES ({id}, 'cart_1', {status}, 1, '{{}}', 5)");

    private static async Task<Database> OpenAsync(string database) => StorageSetup.Open(database == "sqlite"
        ? $"Data Source={Path.Combine(Scratch.Folder("migrations"), "hub.db")}"
        : await TestShop.FreshPostgresAsync());

    /// <summary>Applies the migrations up to a number, as an older hub did.</summary>
    private static async Task BringToAsync(Database storage, long number)
    {
        await using var connection = await storage.OpenAsync(default);
        foreach (var migration in Migrations.After(0).Where(migration => migration.Number <= number))
        {
            await ExecuteAsync(connection, migration.For(postgres: !storage.IsEmbedded));
            await ExecuteAsync(connection, $"CREATE TABLE IF NOT EXISTS migrations (number bigint PRIMARY KEY, name text NOT NULL); INSERT INTO migrations VALUES ({migration.Number}, '{migration.Name}')");
        }
    }

    private static async Task ExecuteAsync(System.Data.Common.DbConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
