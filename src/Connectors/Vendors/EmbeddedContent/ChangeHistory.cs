using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.EmbeddedContent;

/// <summary>What changed lately, numbered. A cursor of another start, or one that is too old, is told that everything may have changed.</summary>
internal sealed class ChangeHistory
{
    private const int Most = 1_000;

    private readonly string _start = Guid.NewGuid().ToString("N")[..12];
    private readonly Queue<string> _tags = new();
    private long _count;

    public void Add(IEnumerable<string> tags)
    {
        lock (_tags)
        {
            foreach (var tag in tags)
            {
                _tags.Enqueue(tag);
                _count++;
                if (_tags.Count > Most) _tags.Dequeue();
            }
        }
    }

    public ContentChanges Since(string? cursor)
    {
        lock (_tags)
        {
            var now = string.Create(CultureInfo.InvariantCulture, $"{_start}.{_count}");
            if (cursor is null) return new([], Everything: false, now);
            var known = cursor.StartsWith(_start + ".", StringComparison.Ordinal) && long.TryParse(cursor.AsSpan(_start.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
                && seen <= _count && _count - seen <= _tags.Count ? seen : (long?)null;
            return known is { } from ? new([.. _tags.Skip(_tags.Count - (int)(_count - from)).Distinct()], Everything: false, now) : new([], Everything: true, now);
        }
    }
}
