namespace Composable.Hub.Storage;

internal static class StorageSetup
{
    /// <summary><c>Storage:Connection</c>: a PostgreSQL connection string, or <c>Data Source=file</c> for SQLite.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        var connection = configuration["Storage:Connection"] ?? throw new InvalidOperationException("Storage:Connection is missing: a PostgreSQL connection string, or 'Data Source=hub.db' for SQLite.");
        var database = Open(connection);
        return services.AddSingleton(_ => database); // Made by the container, so that it closes the connections when the hub stops.
    }

    public static Database Open(string connection) => connection.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase)
        ? new SqliteDatabase(connection["Data Source=".Length..])
        : new PostgresDatabase(connection);
}
