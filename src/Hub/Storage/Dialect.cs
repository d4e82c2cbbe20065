using System.Text;

namespace Composable.Hub.Storage;

/// <summary>What differs between the two databases in SQL text.</summary>
/// <param name="IsPostgres">Lists travel as arrays, and rows can be locked; in SQLite lists are JSON and there is one writer.</param>
internal sealed record Dialect(string Placeholder, string Clock, bool IsPostgres)
{
    /// <summary>PostgreSQL reads positional parameters natively; no text is rewritten on the way.</summary>
    public static readonly Dialect Postgres = new("$", "(extract(epoch from clock_timestamp()) * 1000)::bigint", IsPostgres: true);

    public static readonly Dialect Sqlite = new("@p", "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)", IsPostgres: false);

    /// <summary>For reads through Dapper, which binds by name.</summary>
    public Dialect Named => this with { Placeholder = "@p" };

    /// <summary>The name under which <see cref="SqliteDatabase"/> adds what SQLite lacks.</summary>
    public const string SqliteHash = "sha256_hex";

    public string HashOpens => IsPostgres ? "encode(sha256(convert_to(" : SqliteHash + "(";

    public string HashCloses => IsPostgres ? ", 'UTF8')), 'hex')" : ")";

    public string RowLock(string table) => IsPostgres ? $" FOR UPDATE OF {table}" : "";

    public void Append(Rows rows, StringBuilder text, List<object?> values)
    {
        if (IsPostgres) rows.AppendArrays(Placeholder, text, values);
        else rows.AppendJson(Placeholder, text, values);
    }

    public void Append(AnyOf list, StringBuilder text, List<object?> values)
    {
        if (IsPostgres) list.AppendArray(Placeholder, text, values);
        else list.AppendJson(Placeholder, text, values);
    }
}
