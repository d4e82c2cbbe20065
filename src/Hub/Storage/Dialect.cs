using System.Text;

namespace Composable.Hub.Storage;

/// <summary>What differs between the two databases in SQL text.</summary>
internal sealed record Dialect(string Placeholder, string Clock, Func<Rows, string, string> Table)
{
    /// <summary>PostgreSQL reads positional parameters natively; no text is rewritten on the way.</summary>
    public static readonly Dialect Postgres = new("$", "(extract(epoch from clock_timestamp()) * 1000)::bigint",
        (rows, json) => $"json_to_recordset({json}::json) AS {rows.Alias} ({string.Join(", ", rows.Columns)})");

    public static readonly Dialect Sqlite = new("@p", "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        (rows, json) => $"(SELECT {string.Join(", ", rows.Columns.Select(Extract))} FROM json_each({json})) AS {rows.Alias}");

    /// <summary>For reads through Dapper, which binds by name.</summary>
    public Dialect Named => this with { Placeholder = "@p" };

    public void Append(Rows rows, StringBuilder text, List<object?> values)
    {
        values.Add(rows.Json);
        text.Append(Table(rows, $"{Placeholder}{values.Count}"));
    }

    private static string Extract(string column)
    {
        var name = column[..column.IndexOf(' ', StringComparison.Ordinal)];
        return $"json_extract(value, '$.{name}') AS {name}";
    }
}
