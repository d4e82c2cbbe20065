using System.Text;

namespace Composable.Connectors.TaxTables;

/// <summary>Reads a CSV file row by row: quoted fields may hold commas, line ends and doubled quotes. Bounded in rows and in the length of a field.</summary>
internal sealed class CsvRows(TextReader reader, string file)
{
    private const int MostRows = 500_000, MostFields = 50, LongestField = 4_000;

    private readonly StringBuilder _field = new();
    private int _line = 1;

    /// <summary>The line the row began on, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>The rows by the names of the first one, which must have the given ones.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Read(params string[] required)
    {
        var header = Next() ?? throw Wrong("it is empty");
        if (required.FirstOrDefault(name => !header.Contains(name)) is { } missing) throw Wrong($"the column {missing} is missing");
        if (header.Distinct().Count() < header.Count) throw Wrong("two columns have one name");
        for (var rows = 0; Next() is { } fields; rows++)
        {
            if (rows == MostRows) throw Wrong($"there are more than {MostRows} rows");
            if (fields is [""]) continue;
            if (fields.Count != header.Count) throw Wrong($"there are {fields.Count} fields, and the header has {header.Count}");
            var row = new Dictionary<string, string>(header.Count);
            for (var index = 0; index < fields.Count; index++) row[header[index]] = fields[index].Trim();
            yield return row;
        }
    }

    public TaxFileException Wrong(string why) => new($"{file}, line {Line}: {why}");

    /// <summary>Null at the end.</summary>
    private List<string>? Next()
    {
        Line = _line;
        if (reader.Peek() < 0) return null;
        var fields = new List<string>();
        while (true)
        {
            var end = Field();
            if (fields.Count == MostFields) throw Wrong($"there are more than {MostFields} fields");
            fields.Add(_field.ToString());
            if (end is not ',') return fields;
        }
    }

    /// <summary>Reads one field and returns what ended it; line ends come out as one.</summary>
    private int Field()
    {
        _field.Clear();
        var quoted = false;
        while (true)
        {
            var letter = reader.Read();
            if (letter == '\n') _line++;
            if (_field.Length > LongestField) throw Wrong("a field is too long; perhaps a quote is missing");
            switch (letter)
            {
                case < 0 when quoted: throw Wrong("a quote is missing");
                case '"' when quoted && reader.Peek() == '"': _field.Append((char)reader.Read()); break;
                case '"' when quoted || _field.Length == 0: quoted = !quoted; break;
                case < 0 or ',' or '\n' when !quoted: return letter;
                case '\r' when !quoted && reader.Peek() == '\n': break;
                default: _field.Append((char)letter); break;
            }
        }
    }
}

/// <summary>What is wrong with a file of rates, and where.</summary>
internal sealed class TaxFileException(string message) : Exception(message);
