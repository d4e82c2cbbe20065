using System.Text;
using System.Text.Json.Nodes;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Mutations;

/// <summary>Bends the JSON of a request: what it says, how it is built, and how it becomes bytes.</summary>
internal static class BodyMutations
{
    private static readonly string[] Strangers = ["nope", "$type", "__proto__", "constructor", "$ref", "id", "version", "", "\ud83d\ude00", "Sku"];
    private static readonly string[] Roots = ["", " ", "null", "[]", "\"x\"", "1", "{} {}", "{}{", "{\"a\":1,}", "{'a':1}", "{} // x", "/* x */ {}", "\u0000", "{\"a\"}", "[", "tru"];
    private static readonly int[] Depths = [31, 32, 33, 64, 10_000];

    public static readonly IReadOnlyList<(string Name, Action<Draft, Random> Bend)> All =
    [
        ("number", (draft, random) => Replace(draft, random, Pick(random, Nasty.Numbers))), ("string", (draft, random) => Replace(draft, random, $"\"{Pick(random, Nasty.Strings)}\"")), ("type", (draft, random) => Replace(draft, random, Pick(random, Nasty.Others))),
        ("number", (draft, random) => Replace(draft, random, Pick(random, Nasty.Numbers))), ("string", (draft, random) => Replace(draft, random, $"\"{Pick(random, Nasty.Strings)}\"")),
        ("missing member", Remove), ("extra member", Add), ("member twice", Double), ("depth", Nest), ("huge list", Crowd), ("root", (draft, random) => Whole(draft, Pick(random, Roots))),
        ("cut", Cut), ("encoding", Recode), ("content type", (draft, random) => draft.ContentType = Pick(random, Nasty.ContentTypes)), ("large", Pad),
    ];

    /// <summary>Every place in the body that holds a value.</summary>
    private static List<(JsonNode Parent, string? Member, int Item)> Places(JsonNode? node)
    {
        var places = new List<(JsonNode, string?, int)>();
        Walk(node);
        return places;

        void Walk(JsonNode? at)
        {
            if (at is JsonObject members)
            {
                foreach (var (name, value) in members)
                {
                    places.Add((members, name, 0));
                    Walk(value);
                }
            }
            else if (at is JsonArray items)
            {
                for (var item = 0; item < items.Count; item++)
                {
                    places.Add((items, null, item));
                    Walk(items[item]);
                }
            }
        }
    }

    private static void Replace(Draft draft, Random random, string raw)
    {
        if (Places(draft.Body) is not { Count: > 0 } places)
        {
            Whole(draft, raw);
            return;
        }

        var (parent, member, item) = Pick(random, places);
        if (member is not null) parent[member] = draft.Mark(raw);
        else parent[item] = draft.Mark(raw);
    }

    private static void Remove(Draft draft, Random random)
    {
        var places = Places(draft.Body).Where(place => place.Member is not null).ToList();
        if (places.Count == 0) return;
        var (parent, member, _) = Pick(random, places);
        ((JsonObject)parent).Remove(member!);
    }

    private static void Add(Draft draft, Random random) => Put(draft, random, Pick(random, Strangers), Pick(random, Nasty.Others));

    private static void Double(Draft draft, Random random)
    {
        if (AnObject(draft, random) is not { Count: > 0 } members) return;
        var (name, value) = members.ElementAt(random.Next(members.Count));
        members[draft.Mark(JsonValue.Create(name).ToJsonString())] = value?.DeepClone();
    }

    /// <summary>The body itself is a level: what is put into it has one less.</summary>
    private static void Nest(Draft draft, Random random)
    {
        var levels = Pick(random, Depths) - 1;
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var raw = Nasty.Repeat(open, levels) + "1" + Nasty.Repeat(close, levels);
        if (random.Next(2) == 0) Put(draft, random, "deep", raw);
        else Replace(draft, random, raw);
    }

    private static void Crowd(Draft draft, Random random)
    {
        var lists = Places(draft.Body).Select(place => place.Member is null ? null : place.Parent[place.Member] as JsonArray).OfType<JsonArray>().Where(list => list.Count > 0).ToList();
        if (lists.Count == 0)
        {
            Replace(draft, random, "[" + Nasty.Repeat("0,", 50_000) + "0]");
            return;
        }

        var list = Pick(random, lists);
        var item = list[0]?.ToJsonString() ?? "null";
        list.Add(draft.Mark(Nasty.Repeat(item + ",", Math.Min(20_000, 900_000 / (item.Length + 1))) + item));
    }

    private static void Cut(Draft draft, Random random)
    {
        var share = random.NextDouble();
        draft.Reshape = text => text[..(int)(text.Length * share)];
    }

    private static void Pad(Draft draft, Random random)
    {
        var length = (1 << 20) + Pick(random, [-1, 0, 1, 5_000]);
        draft.Reshape = text => text.PadRight(length);
    }

    private static void Recode(Draft draft, Random random) => draft.Encode = random.Next(6) switch
    {
        0 => text => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
        1 => Encoding.BigEndianUnicode.GetBytes,
        2 => text => Encoding.Latin1.GetBytes(text.Replace("a", "é", StringComparison.Ordinal)),
        3 => text => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
        4 => text => [.. Encoding.UTF8.GetBytes(text), 0xC3, 0x28],
        _ => Encoding.UTF32.GetBytes,
    };

    private static void Put(Draft draft, Random random, string name, string raw)
    {
        if (AnObject(draft, random) is { } members) members[name] = draft.Mark(raw);
        else Whole(draft, $"{{\"{name}\":{raw}}}");
    }

    private static JsonObject? AnObject(Draft draft, Random random)
    {
        var objects = Places(draft.Body).Select(place => place.Member is null ? place.Parent[place.Item] : place.Parent[place.Member]).OfType<JsonObject>().Prepend(draft.Body as JsonObject).OfType<JsonObject>().ToList();
        return objects.Count == 0 ? null : Pick(random, objects);
    }

    private static void Whole(Draft draft, string text)
    {
        draft.Reshape = _ => text;
        draft.ContentType ??= "application/json";
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
