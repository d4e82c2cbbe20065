using System.Collections.Concurrent;
using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>What readers of an index see: which collection, and the fields it was prepared with.</summary>
internal sealed record TypesenseShape(string Collection, string Generation, IReadOnlyDictionary<string, SearchField> Fields)
{
    public SearchField Field(string name) =>
        Fields.GetValueOrDefault(name) ?? throw new VendorException(VendorFailure.Rejected, "Typesense: the index has no such field.");
}

/// <summary>Remembers shapes. A remembered one may be outdated: answers say which collection they come from, and whoever sees another asks afresh.</summary>
internal sealed class TypesenseShapes(TypesenseApi api)
{
    private const int MostIndexes = 100;
    private const int KeptForMs = 60_000;

    private readonly ConcurrentDictionary<string, (TypesenseShape Shape, long At)> _known = new(StringComparer.Ordinal);

    /// <summary>Null when the index has no generation that readers see.</summary>
    public async Task<TypesenseShape?> OfAsync(string index, bool afresh, CancellationToken cancellationToken)
    {
        if (!afresh && _known.TryGetValue(index, out var known) && Environment.TickCount64 - known.At < KeptForMs) return known.Shape;
        var shape = await AskAsync(index, cancellationToken);
        if (_known.Count >= MostIndexes) _known.Clear();
        if (shape is null) _known.TryRemove(index, out _);
        else _known[index] = (shape, Environment.TickCount64);
        return shape;
    }

    private async Task<TypesenseShape?> AskAsync(string index, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync($"/collections/{TypesenseNames.Alias(index)}", cancellationToken);
        if (TypesenseErrors.Is(answer, HttpStatusCode.NotFound)) return null;
        if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        var collection = answer.Read(TypesenseJson.Default.TypesenseCollection);
        if (collection.Metadata is not { } ours || ours.HubIndex != index) throw answer.Failed(VendorFailure.Misconfigured, "a collection of this name was made by someone else");
        if (ours.HubFields.Any(field => field is null)) throw answer.Unusable("its fields are not whole");
        return new TypesenseShape(collection.Name, ours.HubGeneration, ours.HubFields.DistinctBy(field => field.Name).ToDictionary(field => field.Name));
    }
}
