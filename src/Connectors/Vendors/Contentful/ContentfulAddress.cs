using System.Globalization;
using System.Text;

namespace Composable.Connectors.Contentful;

/// <summary>The address as Contentful signs it: the query is escaped as one value, and then the whole once more as an address.</summary>
internal static class ContentfulAddress
{
    private const string Unreserved = "-_.!~*'()", Reserved = ";,/?:@&=+$#";

    public static string Signed(string pathAndQuery)
    {
        var parts = pathAndQuery.Split('?');
        return Escape(parts.Length > 1 && parts[1].Length > 0 ? $"{parts[0]}?{Escape(parts[1], Unreserved)}" : parts[0], Unreserved + Reserved);
    }

    private static string Escape(string text, string kept)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || kept.Contains((char)octet)) escaped.Append((char)octet);
            else escaped.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return escaped.ToString();
    }
}
