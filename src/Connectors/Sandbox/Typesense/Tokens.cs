using System.Collections.Frozen;
using System.Text;

namespace Composable.Sandbox.Typesense;

/// <summary>Cuts text into words: without case and accents, at spaces and the collection's separators. Other ASCII symbols are dropped without a gap, unless they are indexed.</summary>
internal sealed class Tokens(IEnumerable<string>? separators, IEnumerable<string>? symbols)
{
    private const string Folds =
        "a:àáâãäåāăą|c:çćĉċč|d:ďđð|e:èéêëēĕėęě|g:ĝğġģ|h:ĥħ|i:ìíîïĩīĭįı|j:ĵ|k:ķ|l:ĺļľŀł|n:ñńņňŋ|o:òóôõöøōŏő|r:ŕŗř|s:śŝşšș|t:ţťŧț|u:ùúûüũūŭůűų|w:ŵ|y:ýÿŷ|z:źżž|ss:ß|ae:æ|oe:œ|th:þ";

    private static readonly FrozenDictionary<char, string> Plain = Folds.Split('|')
        .Select(group => group.Split(':'))
        .SelectMany(group => group[1].Select(letter => KeyValuePair.Create(letter, group[0])))
        .ToFrozenDictionary();

    private readonly FrozenSet<char> _separators = (separators ?? []).Select(text => text[0]).ToFrozenSet();
    private readonly FrozenSet<char> _symbols = (symbols ?? []).Select(text => text[0]).ToFrozenSet();

    /// <summary>Each word as it is looked up, and as it stands in the text.</summary>
    public List<(string Word, string Written)> Of(string text)
    {
        var words = new List<(string, string)>();
        var word = new StringBuilder();
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || char.IsWhiteSpace(text[at]) || char.IsControl(text[at]) || _separators.Contains(text[at]))
            {
                if (word.Length > 0)
                {
                    words.Add((word.ToString(), text[start..at]));
                }

                word.Clear();
                start = at + 1;
            }
            else
            {
                Append(word, text[at]);
            }
        }

        return words;
    }

    /// <summary>A text as filters compare it.</summary>
    public string Normal(string text) => string.Join(' ', Of(text).Select(word => word.Word));

    private void Append(StringBuilder word, char letter)
    {
        var lower = char.ToLowerInvariant(letter);
        if (Plain.TryGetValue(lower, out var plain))
        {
            word.Append(plain);
        }
        else if (char.IsAscii(lower) ? char.IsAsciiLetterOrDigit(lower) || _symbols.Contains(lower) : lower is < '\u0300' or > '\u036f')
        {
            word.Append(lower);
        }
    }
}
