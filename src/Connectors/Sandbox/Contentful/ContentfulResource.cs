using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Sandbox.Contentful;

/// <summary>An entry or asset as it is after a change. The unit that is written to the journal.</summary>
/// <param name="Type"><c>Entry</c> or <c>Asset</c>.</param>
/// <param name="Fields">The newest values, by field and locale; null when it was deleted.</param>
/// <param name="Published">What shoppers see, by field and locale; null when it is not published.</param>
/// <param name="Sequence">When what shoppers see last changed; 0: never.</param>
internal sealed record ContentfulResource(
    string Type, string Id, string? ContentType, JsonElement? Fields, JsonElement? Published, int Revision, long Sequence, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public JsonElement? Seen(bool preview) => preview ? Fields : Published;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContentfulResource))]
internal sealed partial class ContentfulJournal : JsonSerializerContext;
