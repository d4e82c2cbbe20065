using System.Text;
using System.Text.Json;

namespace Composable.Hub.Http;

/// <summary>
/// Refuses, with a pointer, JSON that readers or the databases disagree about: bad syntax, more than 32 levels, a member that stands twice,
/// a number beyond a double, a null in a list, and text that is not Unicode or contains NUL.
/// </summary>
internal static class StrictJson
{
    public const int MaxDepth = 32;

    /// <summary>The names of the top-level members.</summary>
    public static IReadOnlySet<string> Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = MaxDepth });
        var levels = new Stack<Level>();
        var top = new HashSet<string>();
        try
        {
            while (reader.Read()) Take(ref reader, levels, top);
            return top;
        }
        catch (JsonException wrong)
        {
            throw Refused(levels, "invalid", JsonPointer.Explain(wrong));
        }
        catch (InvalidOperationException)
        {
            throw Refused(levels, "invalid", "A string is not valid Unicode.");
        }
    }

    private static void Take(ref Utf8JsonReader reader, Stack<Level> levels, HashSet<string> top)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var name = Text(ref reader, levels);
                var level = levels.Peek();
                level.Name = name;
                if (!level.Names!.Add(name)) throw Refused(levels, "duplicate", "A member stands twice.");
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                levels.Pop();
                return;
        }

        if (levels.TryPeek(out var around)) around.Index++;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                levels.Push(new(levels.Count == 0 ? top : []));
                break;
            case JsonTokenType.StartArray:
                levels.Push(new(null));
                break;
            case JsonTokenType.Null when levels.TryPeek(out var list) && list.Names is null:
                throw Refused(levels, "invalid", "An item of a list cannot be null.");
            case JsonTokenType.String:
                Text(ref reader, levels);
                break;
            case JsonTokenType.Number when !reader.TryGetDouble(out var number) || !double.IsFinite(number):
                throw Refused(levels, "out_of_range", "The number is too large.");
        }
    }

    private static string Text(ref Utf8JsonReader reader, Stack<Level> levels)
    {
        var text = reader.GetString()!;
        return text.Contains('\0') ? throw Refused(levels, "invalid", "Text cannot contain NUL.") : text;
    }

    private static RefusedException Refused(Stack<Level> levels, string code, string detail)
    {
        var pointer = new StringBuilder();
        foreach (var level in levels.Reverse()) if (level.Step is { } step) pointer.Append('/').Append(JsonPointer.Escape(step));
        return new(Refusal.Invalid(pointer.ToString(), code, detail));
    }

    /// <param name="names">The members seen so far; null for an array.</param>
    private sealed class Level(HashSet<string>? names)
    {
        public HashSet<string>? Names { get; } = names;
        public string? Name { get; set; }
        public int Index { get; set; } = -1;

        public string? Step => Names is not null ? Name : Index >= 0 ? Index.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
    }
}
