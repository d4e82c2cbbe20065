namespace Composable.Hub.Storage;

/// <summary>
/// Everything that must become true together. It reaches the database in one round trip and takes effect whole or not at all.
/// A statement may state how many rows it must touch; when it does not, the commit is undone and <see cref="GuardFailedException"/> names why.
/// </summary>
internal sealed class Commit
{
    public sealed record Statement(Sql Sql, (string Verb, string Table) Target, long? Expected = null, string? Otherwise = null, string? Head = null, bool IsLast = false, bool IsFirst = false);

    private readonly List<Statement> first = [], statements = [], last = [];

    public IReadOnlyList<Statement> Statements => first.Count + last.Count == 0 ? statements : [.. first, .. statements, .. last];

    public bool IsEmpty => first.Count + statements.Count + last.Count == 0;

    public Commit Add(Sql sql)
    {
        statements.Add(new(sql, sql.Target()));
        return this;
    }

    /// <summary>Adds what comes after everything else, however much is added later.</summary>
    /// <param name="reads">A table that an earlier statement of the commit writes and this one reads, as it is then.</param>
    public Commit AddLast(Sql sql, string? reads = null)
    {
        last.Add(new(sql, reads is null ? sql.Target() : (sql.Target().Verb, reads), IsLast: true));
        return this;
    }

    /// <summary>
    /// Requires a row to be as it was, and locks it before anything else is done, however early that was added. So what the commit then does sees all
    /// that was done under the same lock before.
    /// </summary>
    public Commit Hold(Sql sql, string otherwise)
    {
        first.Add(new(sql, sql.Target(), 1, otherwise, IsFirst: true));
        return this;
    }

    /// <param name="rows">How many rows the statement must touch, or for a SELECT must find.</param>
    /// <param name="otherwise">The code of the failure when it touches another number.</param>
    public Commit Require(Sql sql, long rows, string otherwise)
    {
        statements.Add(new(sql, sql.Target(), rows, otherwise));
        return this;
    }

    /// <summary>Adds a row to an INSERT; rows for the same head become one statement.</summary>
    /// <param name="head">Such as <c>INSERT INTO events (id, data) VALUES </c>.</param>
    public Commit AddRow(string head, Sql row)
    {
        var at = statements.FindLastIndex(statement => statement.Head == head);
        if (at < 0) statements.Add(new(Raw(head, row), ("INSERT", head.Split(' ')[2]), Head: head));
        else statements[at] = statements[at] with { Sql = $"{statements[at].Sql}, {row}" };
        return this;
    }

    /// <summary>A point to come back to with <see cref="Rewind"/>.</summary>
    public List<Statement> Mark() => [.. statements];

    public void Rewind(List<Statement> mark)
    {
        statements.Clear();
        statements.AddRange(mark);
    }

    private static Sql Raw(string head, Sql row)
    {
        var sql = new Sql(head.Length, 1);
        sql.AppendLiteral(head);
        sql.AppendFormatted(row);
        return sql;
    }
}

/// <summary>A statement of a commit did not touch the rows it must. Nothing was changed.</summary>
internal sealed class GuardFailedException(string code) : Exception($"A commit was refused: {code}.")
{
    public string Code { get; } = code;
}

/// <summary>A commit would have made something twice that may exist once. Nothing was changed.</summary>
internal sealed class DuplicateException(string table, Exception inner) : Exception($"Already there: {table}.", inner)
{
    public string Table { get; } = table;
}

/// <summary>The database cannot be reached or did not answer. A commit under way may or may not have taken effect.</summary>
internal sealed class DatabaseUnavailableException(Exception inner) : Exception("The database is not available.", inner);
