using System.Text;

namespace Composable.Sandbox.Typesense;

/// <summary>The spelling of <c>filter_by</c>.</summary>
internal static class FilterText
{
    /// <summary>Clauses, joints and parentheses, in their order.</summary>
    public static List<string> Split(string text)
    {
        var parts = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == ' ')
            {
                at++;
            }
            else if (text[at] is '(' or ')')
            {
                parts.Add(text[at++].ToString());
            }
            else if (text[at] is '&' or '|')
            {
                if (!IsJoint(text, at))
                {
                    throw TypesenseRefusal.Bad("Could not parse the filter query.");
                }

                parts.Add(text.Substring(at, 2));
                at += 2;
            }
            else
            {
                var end = EndOfClause(text, at);
                parts.Add(text[at..end].Trim());
                at = end;
            }
        }

        return parts;
    }

    /// <summary>The values of a list in brackets, or the one value.</summary>
    public static List<string> Values(string text)
    {
        var list = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        var values = new List<string>();
        var value = new StringBuilder();
        var ticked = false;
        for (var at = 0; at < list.Length; at++)
        {
            // A backtick after a backslash is a letter, and the backslash stays: there is no spelling for a backtick alone.
            if (list[at] == '`' && (at == 0 || list[at - 1] != '\\'))
            {
                ticked = !ticked || value.Length == 0;
            }
            else if (list[at] == ',' && !ticked)
            {
                values.Add(value.ToString().Trim());
                value.Clear();
            }
            else
            {
                value.Append(list[at]);
            }
        }

        if (value.Length > 0)
        {
            values.Add(value.ToString().Trim());
        }

        return values;
    }

    private static int EndOfClause(string text, int at)
    {
        var ticked = false;
        for (; at < text.Length; at++)
        {
            if (text[at] == '`')
            {
                ticked = !ticked;
            }
            else if (!ticked && (text[at] is '(' or ')' || IsJoint(text, at)))
            {
                break;
            }
        }

        return at;
    }

    private static bool IsJoint(string text, int at) => text[at] is '&' or '|' && at + 1 < text.Length && text[at + 1] == text[at];
}
