using System.Text.Json;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

// As on the wire.

/// <summary>POST /collections.</summary>
internal sealed record TypesenseSchema(string Name, IReadOnlyList<TypesenseField> Fields, IReadOnlyList<string> TokenSeparators, TypesenseMetadata Metadata);

/// <param name="Type"><c>string</c>, <c>int64</c> or <c>bool</c>, with <c>[]</c> for many.</param>
/// <param name="Index">False: kept, but neither searched nor filtered.</param>
internal sealed record TypesenseField(string Name, string Type, bool Optional, bool Facet = false, bool? Sort = null, bool Index = true);

/// <summary>What only we need to know about a collection. Typesense keeps it and gives it back.</summary>
internal sealed record TypesenseMetadata(string HubIndex, string HubGeneration, IReadOnlyList<SearchField> HubFields);

/// <summary>GET /collections/{name or alias}: <paramref name="Name"/> is the collection's own name, also when an alias was asked for.</summary>
internal sealed record TypesenseCollection(string Name, TypesenseMetadata? Metadata = null);

internal sealed record TypesenseCollectionName(string Name);

/// <summary>PUT /aliases/{name}.</summary>
internal sealed record TypesenseAlias(string CollectionName);

/// <summary>A line of the answer to an import. Success and failure both come with status 200.</summary>
internal sealed record TypesenseImported(bool Success, int? Code = null);

internal sealed record TypesenseDeleted(int NumDeleted);

/// <summary>The parameters of a search, in an address or as one of the searches of POST /multi_search.</summary>
internal sealed record TypesenseSearch
{
    public string? Collection { get; init; }

    public required string Q { get; init; }

    public string? QueryBy { get; init; }

    public string? QueryByWeights { get; init; }

    public string? TextMatchType { get; init; }

    public string? Prefix { get; init; }

    public string? NumTypos { get; init; }

    [JsonPropertyName("min_len_1typo")]
    public int? ShortestWordWithTypo { get; init; }

    public int? TypoTokensThreshold { get; init; }

    public int? DropTokensThreshold { get; init; }

    public string? FilterBy { get; init; }

    public string? FacetBy { get; init; }

    public int? MaxFacetValues { get; init; }

    public string? FacetStrategy { get; init; }

    public string? SortBy { get; init; }

    public required int Limit { get; init; }

    public int? Offset { get; init; }

    public required string IncludeFields { get; init; }
}

internal sealed record TypesenseSearches(IReadOnlyList<TypesenseSearch> Searches);

internal sealed record TypesenseResults(IReadOnlyList<TypesenseResult> Results);

/// <param name="Code">Of a search among several that failed; the others may have succeeded.</param>
internal sealed record TypesenseResult(
    long? Found = null, IReadOnlyList<TypesenseHit>? Hits = null, IReadOnlyList<TypesenseFacet>? FacetCounts = null, TypesenseRequest? RequestParams = null, int? Code = null);

internal sealed record TypesenseRequest(string CollectionName);

internal sealed record TypesenseHit(TypesenseDocument Document, decimal? TextMatch = null, IReadOnlyList<TypesenseHighlight>? Highlights = null);

internal sealed record TypesenseDocument(string Id, [property: JsonPropertyName(TypesenseNames.Version)] long? Version = null);

/// <param name="MatchedTokens">Words, or lists of words where the field has many values.</param>
internal sealed record TypesenseHighlight(string Field, IReadOnlyList<JsonElement>? MatchedTokens = null);

internal sealed record TypesenseFacet(string FieldName, IReadOnlyList<TypesenseFacetCount> Counts);

internal sealed record TypesenseFacetCount(string Value, long Count);

/// <summary>POST /analytics/events.</summary>
internal sealed record TypesenseEvent(string Name, string EventType, TypesenseEventData Data);

internal sealed record TypesenseEventData(string UserId, string DocId, string? Q);

internal sealed record TypesenseError(string Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TypesenseSchema))]
[JsonSerializable(typeof(TypesenseCollection))]
[JsonSerializable(typeof(IReadOnlyList<TypesenseCollectionName>))]
[JsonSerializable(typeof(TypesenseAlias))]
[JsonSerializable(typeof(TypesenseImported))]
[JsonSerializable(typeof(TypesenseDeleted))]
[JsonSerializable(typeof(TypesenseSearches))]
[JsonSerializable(typeof(TypesenseResults))]
[JsonSerializable(typeof(TypesenseResult))]
[JsonSerializable(typeof(TypesenseEvent))]
[JsonSerializable(typeof(TypesenseError))]
internal sealed partial class TypesenseJson : JsonSerializerContext;
