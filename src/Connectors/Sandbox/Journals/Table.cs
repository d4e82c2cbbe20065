using System.Diagnostics.CodeAnalysis;

namespace Composable.Sandbox.Journals;

/// <summary>Objects by id and in the order of their creation.</summary>
internal sealed class Table<T>(Func<T, string> id, Func<T, int> sequence)
    where T : class
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<T?> _rows = [];

    /// <summary>The sequence number of the next object.</summary>
    public int Next => _rows.Count;

    public IEnumerable<T> OldestFirst => _rows.OfType<T>();

    public IEnumerable<T> NewestFirst
    {
        get
        {
            for (var place = _rows.Count - 1; place >= 0; place--)
            {
                if (_rows[place] is { } row)
                {
                    yield return row;
                }
            }
        }
    }

    public void Put(T row)
    {
        var place = sequence(row);
        while (_rows.Count <= place)
        {
            _rows.Add(null);
        }

        _rows[place] = row;
        _places[id(row)] = place;
    }

    public T At(int sequence) => _rows[sequence] ?? throw new InvalidOperationException($"No object number {sequence}.");

    public bool TryGet(string id, [NotNullWhen(true)] out T? row)
    {
        row = _places.TryGetValue(id, out var place) ? _rows[place] : null;
        return row is not null;
    }
}
