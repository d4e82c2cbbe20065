using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Sandbox.Typesense;

/// <summary>A collection as it was asked for.</summary>
internal sealed record CollectionSchema(
    string Name,
    IReadOnlyList<CollectionField> Fields,
    IReadOnlyList<string>? TokenSeparators = null,
    IReadOnlyList<string>? SymbolsToIndex = null,
    string? DefaultSortingField = null,
    JsonElement? Metadata = null)
{
    private const int MostFields = 64;

    /// <summary>Says what is wrong with it, as Typesense does.</summary>
    public void Check()
    {
        if (string.IsNullOrEmpty(Name) || Name.Contains('/', StringComparison.Ordinal))
        {
            throw TypesenseRefusal.Bad("Parameter `name` is malformed.");
        }

        if (Fields.Count is 0 or > MostFields)
        {
            throw TypesenseRefusal.Bad("The `fields` value should be an array of objects containing `name`, `type` and optionally, `facet` properties.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in Fields)
        {
            if (!names.Add(field.Name))
            {
                throw TypesenseRefusal.Bad("There are duplicate field names in the schema.");
            }

            field.Check();
        }

        if (TokenSeparators?.Concat(SymbolsToIndex ?? []).Any(symbol => symbol.Length != 1) == true)
        {
            throw TypesenseRefusal.Bad("`token_separators` should be an array of character symbols.");
        }
    }
}

internal sealed record CollectionField(string Name, string Type, bool Optional = false, bool Facet = false, bool Index = true, bool? Sort = null)
{
    private static readonly string[] Types = ["string", "int32", "int64", "float", "bool"];

    [JsonIgnore]
    public bool Many => Type.EndsWith("[]", StringComparison.Ordinal);

    [JsonIgnore]
    public string Kind => Many ? Type[..^2] : Type;

    [JsonIgnore]
    public bool IsText => Kind == "string";

    [JsonIgnore]
    public bool IsNumber => Kind is "int32" or "int64" or "float";

    [JsonIgnore]
    public bool Sortable => Sort ?? (IsNumber && !Many);

    public void Check()
    {
        if (!Types.Contains(Kind))
        {
            throw TypesenseRefusal.Bad($"Field `{Name}` has an invalid data type `{Type}`, see docs for supported data types.");
        }

        if (string.IsNullOrEmpty(Name) || Name == "id")
        {
            throw TypesenseRefusal.Bad("Field name must not be empty, and `id` is reserved.");
        }

        if (!Index && !Optional)
        {
            throw TypesenseRefusal.Bad($"Field `{Name}` must be optional since it is marked as non-indexable.");
        }

        if (!Index && Facet)
        {
            throw TypesenseRefusal.Bad($"Field `{Name}` cannot be a facet since it's marked as non-indexable.");
        }
    }
}

/// <summary>One change. The unit that is written to the journal.</summary>
/// <param name="Collection">The collection that changes, or what the alias points to; null when the alias was removed.</param>
internal sealed record TypesenseEntry(
    string? Collection, string? Alias = null, CollectionSchema? Schema = null, long CreatedAt = 0, IReadOnlyList<JsonElement>? Put = null, IReadOnlyList<string>? Drop = null, bool Gone = false);

internal sealed record AliasTarget(string CollectionName);

internal sealed record SearchBatch(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Searches);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CollectionSchema))]
[JsonSerializable(typeof(AliasTarget))]
[JsonSerializable(typeof(SearchBatch))]
[JsonSerializable(typeof(TypesenseEntry))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TypesenseJson : JsonSerializerContext;
