using System.Runtime.CompilerServices;
using System.Text;

namespace Composable.Hub.Storage;

/// <summary>
/// SQL written as an interpolated string whose holes always become parameters: a value can never turn into SQL text.
/// Some holes are no plain values: another <see cref="Sql"/>, <see cref="Rows"/>, <see cref="AnyOf"/>, <see cref="Lock"/> and <see cref="Clock"/>.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Sql(int literalLength, int formattedCount)
{
    private readonly List<object?> parts = new(formattedCount * 2 + 1);
    private readonly int length = literalLength + formattedCount * 4;

    /// <summary>The database's clock, in milliseconds since 1970. Leases compare with it, so that skewed hubs agree.</summary>
    public static readonly Clock Now = new();

    public sealed class Clock;

    /// <summary>At the end of a SELECT: locks the rows it found in that table, in the order in which it found them. SQLite has one writer and needs no such thing.</summary>
    public sealed record Lock(string Table);

    /// <summary>SHA-256 of a text, in hexadecimal, computed where the text is.</summary>
    public sealed record Sha256(Sql Text);

    /// <summary>For a condition that any of these texts meets.</summary>
    public static AnyOf In(IEnumerable<string> texts) => new([.. texts]);

    public void AppendLiteral(string text) => parts.Add(new Literal(text));

    public void AppendFormatted<T>(T value) => parts.Add(value ?? (object)(typeof(T) == typeof(long?) || typeof(T) == typeof(int?) ? NoNumber : NoText));

    /// <summary>Null of a known type: PostgreSQL wants to know which null it is.</summary>
    public static readonly object NoText = DBNull.Value, NoNumber = new();

    /// <summary>The text in a dialect, with its parameter values added to <paramref name="values"/>.</summary>
    public string Render(Dialect dialect, List<object?> values)
    {
        var text = new StringBuilder(length);
        Render(dialect, text, values);
        return text.ToString();
    }

    public void Render(Dialect dialect, StringBuilder text, List<object?> values)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Literal literal: text.Append(literal.Text); break;
                case Sql fragment: fragment.Render(dialect, text, values); break;
                case Lock rows: text.Append(dialect.RowLock(rows.Table)); break;
                case Clock: text.Append(dialect.Clock); break;
                case Sha256 hash:
                    text.Append(dialect.HashOpens);
                    hash.Text.Render(dialect, text, values);
                    text.Append(dialect.HashCloses);
                    break;
                case Rows table: dialect.Append(table, text, values); break;
                case AnyOf list: dialect.Append(list, text, values); break;
                default:
                    values.Add(part);
                    text.Append(dialect.Placeholder).Append(values.Count);
                    break;
            }
        }
    }

    /// <summary>The verb and the table a statement starts with, such as <c>UPDATE</c> and <c>stock</c>.</summary>
    public (string Verb, string Table) Target()
    {
        var words = (parts is [Literal first, ..] ? first.Text : "").Split([' ', '\n', '\r', '\t', '('], 12, StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["INSERT", "INTO", var table, ..] => ("INSERT", table),
            ["DELETE", "FROM", var table, ..] => ("DELETE", table),
            ["UPDATE", var table, ..] => ("UPDATE", table),
            ["SELECT", ..] when Array.IndexOf(words, "FROM") is > 0 and var at && at + 1 < words.Length => ("SELECT", words[at + 1]),
            _ => throw new InvalidOperationException("A statement of a commit starts with INSERT INTO, UPDATE, DELETE FROM or SELECT … FROM a table."),
        };
    }

    private sealed record Literal(string Text);
}
