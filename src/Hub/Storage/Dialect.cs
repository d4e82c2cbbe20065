using System.Text;

namespace Composable.Hub.Storage;

/// <summary>What differs between the two databases in SQL text.</summary>
/// <param name="Arrays">Whether lists travel as arrays, or as JSON.</param>
internal sealed record Dialect(string Placeholder, string Clock, bool Arrays)
{
    /// <summary>PostgreSQL reads positional parameters natively; no text is rewritten on the way.</summary>
    public static readonly Dialect Postgres = new("$", "(extract(epoch from clock_timestamp()) * 1000)::bigint", Arrays: true);

    public static readonly Dialect Sqlite = new("@p", "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", Arrays: false);

    /// <summary>For reads through Dapper, which binds by name.</summary>
    public Dialect Named => this with { Placeholder = "@p" };

    public void Append(Rows rows, StringBuilder text, List<object?> values)
    {
        if (Arrays) rows.AppendArrays(Placeholder, text, values);
        else rows.AppendJson(Placeholder, text, values);
    }

    public void Append(AnyOf list, StringBuilder text, List<object?> values)
    {
        if (Arrays) list.AppendArray(Placeholder, text, values);
        else list.AppendJson(Placeholder, text, values);
    }
}
