using System.Buffers;
using System.Net;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Sends documents as JSON lines and reads what became of each of them.</summary>
internal sealed class TypesenseWrites(TypesenseApi api, SearchLimits limits)
{
    private const int LargestImport = 4 * 1024 * 1024;

    /// <summary>So that the address of a delete stays below 3000 letters; ids that are longer go alone.</summary>
    private const int LongestIdList = 1500;

    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    public async Task<IReadOnlyList<RefusedWrite>> WriteAsync(string collection, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count > limits.MaxBatch) throw new VendorException(VendorFailure.Rejected, "Typesense: the batch is too long.");
        List<RefusedWrite> refused = [];
        foreach (var round in Rounds(writes))
        {
            await ImportAsync(collection, [.. round.OfType<SearchWrite.Upsert>().Select(write => write.Document)], refused, cancellationToken);
            await DeleteAsync(collection, [.. round.OfType<SearchWrite.Delete>().Select(write => write.Id)], cancellationToken);
        }

        return refused;
    }

    /// <summary>Parts in which no document occurs twice. Within one the order does not matter, so upserts and deletes go together; between them it is kept.</summary>
    private static IEnumerable<IReadOnlyList<SearchWrite>> Rounds(IReadOnlyList<SearchWrite> writes)
    {
        List<SearchWrite> round = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (var write in writes)
        {
            if (!ids.Add(write.Id))
            {
                yield return round;
                round = [];
                ids.Clear();
                ids.Add(write.Id);
            }

            round.Add(write);
        }

        if (round.Count > 0) yield return round;
    }

    private async Task ImportAsync(string collection, IReadOnlyList<SearchDocument> documents, List<RefusedWrite> refused, CancellationToken cancellationToken)
    {
        var lines = new ArrayBufferWriter<byte>();
        List<string> ids = [];
        foreach (var document in documents)
        {
            var line = TypesenseDocuments.Line(document);
            if (line is null || line.Length > limits.MaxDocumentBytes)
            {
                refused.Add(new RefusedWrite(document.Id, Permanent: true, line is null ? "invalid" : "too_large"));
                continue;
            }

            if (lines.WrittenCount + line.Length > LargestImport)
            {
                await SendAsync(collection, lines, ids, refused, cancellationToken);
                (lines, ids) = (new ArrayBufferWriter<byte>(), []);
            }

            lines.Write(line);
            lines.Write(LineEnd);
            ids.Add(document.Id);
        }

        if (ids.Count > 0) await SendAsync(collection, lines, ids, refused, cancellationToken);
    }

    private async Task SendAsync(string collection, ArrayBufferWriter<byte> lines, List<string> ids, List<RefusedWrite> refused, CancellationToken cancellationToken)
    {
        var body = lines.WrittenMemory;
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes);
        // Rejected rather than coerced: a price that is a word would otherwise become something else.
        var answer = await api.ImportAsync($"/collections/{collection}/documents/import?action=upsert&dirty_values=reject", bytes, cancellationToken);
        if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        var results = answer.ReadLines(TypesenseJson.Default.TypesenseImported);
        if (results.Count != ids.Count) throw answer.Unusable("it has not one line for each document");
        refused.AddRange(ids.Zip(results).Where(pair => !pair.Second.Success).Select(pair => TypesenseErrors.Refused(pair.First, pair.Second.Code)));
    }

    private async Task DeleteAsync(string collection, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        for (var at = 0; at < ids.Count;)
        {
            var (first, length) = (at, 0);
            // Always at least one, so that this ends.
            do length += TypesenseNames.Id(ids[at++]).Length + 3;
            while (at < ids.Count && length + TypesenseNames.Id(ids[at]).Length < LongestIdList);
            var filter = Uri.EscapeDataString(TypesenseNames.Ids(ids.Skip(first).Take(at - first)));
            var answer = await api.DeleteAsync($"/collections/{collection}/documents?filter_by={filter}", cancellationToken);
            if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
            answer.Read(TypesenseJson.Default.TypesenseDeleted);
        }
    }
}
