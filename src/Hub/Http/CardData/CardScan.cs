using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Composable.Hub.Http.CardData;

/// <summary>Where in a body, form or row card data stands: a JSON pointer or a name, empty for the whole; null when there is none.</summary>
internal static class CardScan
{
    public static string? InJson(ReadOnlySpan<byte> json)
    {
        var buffer = ArrayPool<char>.Shared.Rent(json.Length);
        try
        {
            var text = buffer.AsSpan(0, Encoding.UTF8.GetChars(json, buffer));
            var found = CardNumbers.IsIn(text);
            if (!found && !MayHide(text)) return null;
            return Walk(json, out var isJson) ?? (found && !isJson ? "" : null);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer, clearArray: true);
        }
    }

    public static string? InJson(string json)
    {
        return CardNumbers.IsIn(json) || MayHide(json) ? InJson(Encoding.UTF8.GetBytes(json)) : null;
    }

    /// <summary>Names and values as in a query or an HTML form.</summary>
    public static string? InForm(ReadOnlySpan<char> form)
    {
        foreach (var pair in form.Split('&'))
        {
            var part = form[pair];
            var at = part.IndexOf('=');
            var (name, value) = at < 0 ? (WebUtility.UrlDecode(part.ToString()), "") : (WebUtility.UrlDecode(part[..at].ToString()), WebUtility.UrlDecode(part[(at + 1)..].ToString()));
            if (Named(name, value) is { } where) return where;
        }

        return null;
    }

    /// <summary>A value under a name; the name itself is told only when it holds nothing.</summary>
    public static string? Named(string name, string value) =>
        InText(name) ? "" : InText(value, CardMembers.Tolerated(name)) || (CardMembers.IsSecurityCode(name) && CardNumbers.IsDigits(value, 3, 4)) ? name : null;

    /// <summary>As it stands, and as it reads when it is percent-encoded.</summary>
    public static bool InText(string text, int tolerated = 0) =>
        CardNumbers.IsIn(text, tolerated) || (text.Contains('%', StringComparison.Ordinal) && CardNumbers.IsIn(Uri.UnescapeDataString(text), tolerated));

    /// <summary>Whether only reading it as JSON can tell.</summary>
    private static bool MayHide(ReadOnlySpan<char> json) => json.Contains('%') || json.Contains("\\u", StringComparison.Ordinal) || CardMembers.MayNameSecurityCode(json);

    /// <summary>A vendor's words as they may be kept.</summary>
    public static string Withheld(string words) => InText(words) ? "(withheld: it holds a card number)" : words;

    /// <param name="isJson">Whether it could be read to its end.</param>
    private static string? Walk(ReadOnlySpan<byte> json, out bool isJson)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = StrictJson.MaxDepth });
        var place = new Place();
        isJson = false;
        try
        {
            while (reader.Read()) if (Take(ref reader, place)) return place.ToString();
            isJson = true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Whoever reads it after us says so; it is only text to us.
        }

        return null;
    }

    private static bool Take(ref Utf8JsonReader reader, Place place)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var name = reader.GetString()!;
                if (InText(name))
                {
                    place.Forget();
                    return true;
                }

                place.Name(name);
                return false;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                place.Next();
                place.Enter(isList: reader.TokenType == JsonTokenType.StartArray);
                return false;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                place.Leave();
                return false;
            case JsonTokenType.String or JsonTokenType.Number:
                place.Next();
                var value = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
                return InText(value, CardMembers.Tolerated(place.Member)) || (CardMembers.IsSecurityCode(place.Member) && CardNumbers.IsDigits(value, 3, 4));
            default:
                place.Next();
                return false;
        }
    }

    /// <summary>Where the reader is.</summary>
    private sealed class Place
    {
        private readonly List<(string? Name, int Index)> levels = [];

        /// <summary>The nearest member's name; items of a list go by the list's.</summary>
        public string Member => levels.FindLast(level => level.Name is not null).Name ?? "";

        public void Enter(bool isList) => levels.Add((isList ? null : "", -1));

        public void Leave() => levels.RemoveAt(levels.Count - 1);

        public void Name(string name) => levels[^1] = (name, -1);

        public void Forget() => levels.RemoveAt(levels.Count - 1);

        public void Next()
        {
            if (levels is [.., (null, var index)]) levels[^1] = (null, index + 1);
        }

        public override string ToString() => string.Concat(levels.Select(level => level.Name is { } name ? "/" + JsonPointer.Escape(name) : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/{level.Index}")));
    }
}
