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

    private readonly StringBuilder _field = new();
    private List<string> _fields = [];
    private State _state;
    private string? _problem;
    private bool _anyQuote;
    private char _previous;
    private long _length;
    private long _line = 1;
    private long _recordLine = 1;

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
        if (_state == State.Quoted) _problem ??= "A quoted field is not closed before the file ends.";
        if (EndRecord() is { } last) yield return last;
    }

    private CsvRecord? Take(char c)
    {
        var secondHalfOfBreak = c == '\n' && _previous == '\r';
        if (c == '\r' || (c == '\n' && !secondHalfOfBreak)) _line++;
        _previous = c;
        if (_state == State.Quoted)
        {
            if (c == '"') _state = State.QuoteInQuoted;
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
        if (_state is State.Plain or State.QuoteInQuoted) Append('"');
        if (_state == State.Plain) return;
        _state = State.Quoted;
        _anyQuote = true;
    }

    private void Plain(char c)
    {
        if (_state == State.QuoteInQuoted) _problem ??= "Text follows the closing quote of a field.";
        _state = State.Plain;
        Append(c);
    }

    private void Append(char c)
    {
        if (Grow()) _field.Append(c);
    }

    private void EndField()
    {
        _state = State.FieldStart;
        if (!Grow()) return;
        _fields.Add(_field.ToString());
        _field.Clear();
    }

    private bool Grow()
    {
        if (_length++ < ImportText.MaxRecord) return true;
        if (_length != ImportText.MaxRecord + 1) return false;
        _problem = "The row is longer than 1 MiB.";
        _fields = [];
        _field.Clear();
        _field.Capacity = 0;
        return false;
    }

    private CsvRecord? EndRecord()
    {
        var blank = _length == 0 && !_anyQuote;
        if (!blank) EndField();
        var record = blank ? null : new CsvRecord(_recordLine, _fields, _problem);
        (_fields, _state, _problem, _anyQuote, _length, _recordLine) = ([], State.FieldStart, null, false, 0, _line);
        return record;
    }
}
