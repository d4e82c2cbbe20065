using System.Runtime.CompilerServices;
using System.Text;

namespace Composable.Hub.Catalog.Import;

/// <param name="Problem">Why the fields cannot be trusted; null when they can.</param>
internal sealed record CsvRecord(long Line, IReadOnlyList<string> Fields, string? Problem = null);

/// <summary>
/// Comma-separated values after RFC 4180. Unlike a general library it knows the physical line a record starts on, and it can skip a record
/// that is too long, such as the rest of a file behind a forgotten quote, without holding it and without giving up on what follows.
/// </summary>
internal sealed class CsvReader(TextReader text)
{
    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }

    private readonly StringBuilder field = new();
    private List<string> fields = [];
    private State state;
    private string? problem;
    private bool anyQuote;
    private char previous;
    private long length;
    private long line = 1;
    private long recordLine = 1;

    /// <summary>Every record that is not a blank line. A line ends with LF, CRLF or CR.</summary>
    public async IAsyncEnumerable<CsvRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = new char[16 * 1024];
        for (var count = 1; count > 0;)
        {
            count = await text.ReadAsync(buffer, cancellationToken);
            for (var i = 0; i < count; i++)
                if (Take(buffer[i]) is { } record)
                    yield return record;
        }
        if (state == State.Quoted) problem ??= "A quoted field is not closed before the file ends.";
        if (EndRecord() is { } last) yield return last;
    }

    private CsvRecord? Take(char c)
    {
        var secondHalfOfBreak = c == '\n' && previous == '\r';
        if (c == '\r' || (c == '\n' && !secondHalfOfBreak)) line++;
        previous = c;
        if (state == State.Quoted)
        {
            if (c == '"') state = State.QuoteInQuoted;
            else Append(c);
            return null;
        }
        if (secondHalfOfBreak) return null;
        switch (c)
        {
            case '\r' or '\n': return EndRecord();
            case ',': EndField(); break;
            case '"': Quote(); break;
            default: Plain(c); break;
        }
        return null;
    }

    private void Quote()
    {
        if (state is State.Plain or State.QuoteInQuoted) Append('"');
        if (state == State.Plain) return;
        state = State.Quoted;
        anyQuote = true;
    }

    private void Plain(char c)
    {
        if (state == State.QuoteInQuoted) problem ??= "Text follows the closing quote of a field.";
        state = State.Plain;
        Append(c);
    }

    private void Append(char c)
    {
        if (Grow()) field.Append(c);
    }

    private void EndField()
    {
        state = State.FieldStart;
        if (!Grow()) return;
        fields.Add(field.ToString());
        field.Clear();
    }

    private bool Grow()
    {
        if (length++ < ImportText.MaxRecord) return true;
        if (length != ImportText.MaxRecord + 1) return false;
        problem = "The row is longer than 1 MiB.";
        fields = [];
        field.Clear();
        field.Capacity = 0;
        return false;
    }

    private CsvRecord? EndRecord()
    {
        var blank = length == 0 && !anyQuote;
        if (!blank) EndField();
        var record = blank ? null : new CsvRecord(recordLine, fields, problem);
        (fields, state, problem, anyQuote, length, recordLine) = ([], State.FieldStart, null, false, 0, line);
        return record;
    }
}
