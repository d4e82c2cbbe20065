using System.Runtime.CompilerServices;
using System.Text;

namespace Composable.Hub.Catalog.Import;

/// <summary>Lines of a text. One that is longer than <see cref="ImportText.MaxRecord"/> comes as null instead of being held in memory.</summary>
internal static class LineReader
{
    public static async IAsyncEnumerable<(long Line, string? Text)> ReadAsync(TextReader text, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = new char[16 * 1024];
        var held = new StringBuilder();
        var tooLong = false;
        var line = 1L;
        for (var count = 1; count > 0;)
        {
            count = await text.ReadAsync(buffer, cancellationToken);
            for (var start = 0; start < count;)
            {
                var end = Array.IndexOf(buffer, '\n', start, count - start);
                var length = (end < 0 ? count : end) - start;
                tooLong |= held.Length + length > ImportText.MaxRecord;
                if (tooLong) held.Clear();
                else held.Append(buffer, start, length);
                start += length + 1;
                if (end < 0) continue;
                yield return (line++, tooLong ? null : held.ToString());
                held.Clear();
                tooLong = false;
            }
        }
        if (tooLong || held.Length > 0) yield return (line, tooLong ? null : held.ToString());
    }
}
