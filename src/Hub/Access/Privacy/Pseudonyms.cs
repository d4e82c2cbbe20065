using System.Text.Json.Nodes;
using Composable.Contracts;

namespace Composable.Hub.Access.Privacy;

/// <summary>Takes out of documents who somebody is and where they live. Country, region and postal code stay: the tax was computed from them.</summary>
internal static class Pseudonyms
{
    private const string Erased = "erased";

    private static readonly string[] OfAddress = ["name", "line1", "line2", "city", "company", "phone"];

    private static readonly string[] OfCustomer = ["name", "phone"];

    /// <summary>In anybody's words, wherever they stand.</summary>
    private static readonly string[] Words = ["reason", "trackingNumber"];

    public static Address Of(Address address) => new(Erased, Erased, Erased, address.PostalCode, address.Country, Region: address.Region);

    /// <summary>The same for any JSON; null when there was nothing to take out.</summary>
    public static string? In(string json, Person person)
    {
        var root = JsonNode.Parse(json);
        return Clean(root, person) ? root!.ToJsonString() : null;
    }

    private static bool Clean(JsonNode? node, Person person)
    {
        if (node is JsonArray list) return list.Aggregate(false, (changed, item) => Clean(item, person) | changed);
        if (node is not JsonObject thing) return false;
        var changed = false;
        var personal = thing.ContainsKey("line1") ? OfAddress : thing.ContainsKey("emailVerified") ? OfCustomer : [];
        foreach (var (name, value) in thing.ToList())
        {
            var replacement = name == "email" && value is JsonValue ? person.Pseudonym : (personal.Contains(name) || Words.Contains(name)) && value is JsonValue ? Erased : null;
            if (replacement is null) changed |= Clean(value, person);
            else thing[name] = replacement;
            changed |= replacement is not null;
        }

        return changed;
    }
}
