using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>Search on the hub's own database: FTS5 in SQLite, full text in PostgreSQL. Asks nobody, so it is there whenever the shop is.</summary>
internal sealed class EmbeddedSearch(Database database) : Connector<EmbeddedSearchSettings, EmbeddedSearchClient>(Key, "Embedded search"), IDisposable
{
    public const string Key = "embedded-search";

    private readonly SemaphoreSlim writing = new(1);

    /// <summary>The engine as it is when nobody configured it.</summary>
    public EmbeddedSearchClient Connect() => new(database, writing, new EmbeddedSearchSettings());

    public void Dispose() => writing.Dispose();

    protected override EmbeddedSearchClient Connect(EmbeddedSearchSettings settings, HttpClient http) => new(database, writing, settings);
}

internal sealed record EmbeddedSearchSettings
{
    [Display(Name = "Space: keeps the indexes of several connections apart")]
    [RegularExpression("^[a-z0-9-]{1,40}$")]
    public string Space { get; init; } = "main";
}
