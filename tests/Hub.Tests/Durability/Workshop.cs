using Composable.Hub.Durability;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.Logging.Abstractions;

namespace Composable.Hub.Tests.Durability;

/// <summary>A database of a test's own with what processes need, and no shop.</summary>
internal sealed class Workshop(Database database) : IAsyncDisposable
{
    public Database Database { get; } = database;

    public ProcessStore Store { get; } = new(database, new HubInstance("hub_one"));

    /// <summary>Another hub on the same database.</summary>
    public ProcessStore OtherStore { get; } = new(database, new HubInstance("hub_two"));

    public static async Task<Workshop> OpenAsync()
    {
        var folder = Scratch.Folder("workshop");
        var database = StorageSetup.Open($"Data Source={Path.Combine(folder, "hub.db")}");
        await database.MigrateAsync(default);
        return new Workshop(database);
    }

    public ProcessRunner Runner(params Process[] processes) => new(Store, processes, TimeProvider.System, NullLogger<ProcessRunner>.Instance);

    public async Task<ProcessRecord> FindAsync(string id) => (await Store.FindAsync(id, default)).ShouldNotBeNull();

    /// <summary>Takes a process up as a hub does after a crash or a pause, whatever its due time.</summary>
    public async Task<RunState> ResumeAsync(Process process, string id)
    {
        var record = await FindAsync(id);
        (await Store.ClaimAsync(record, default)).ShouldBeTrue();
        return await process.Resume(record, Store).AdvanceAsync(untilSettled: false, TimeProvider.System, default);
    }

    public Task<List<string>> LocalRowsAsync(string processId) =>
        Database.QueryAsync<string>($"SELECT value FROM secrets WHERE name >= {processId + ":"} AND name < {processId + ";"} ORDER BY name", default);

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
