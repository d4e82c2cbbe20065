using System.Text;
using Composable.Contracts;
using Composable.Hub.Access.Audit;
using Composable.Hub.Catalog.Import;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Catalog;

/// <summary>Streams a catalogue file into the shop: batches of rows, each one commit, and a reason for every row that was rejected.</summary>
internal sealed class ImportCatalog(Database database, ProductWriter writer)
{
    private const int BatchSize = 250;

    public async Task<Answer> RunAsync(ImportFormat format, string currency, Stream file, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var import = new Tally { Id = Ids.New("imp"), Format = format.Name };
        await database.CommitAsync(new Commit().Add($"""
            INSERT INTO imports (id, format, status, rows, accepted, unchanged, rejected, started_at) VALUES ({import.Id}, {import.Format}, 'running', 0, 0, 0, 0, {Sql.Now})
            """).Audit("import.begun", import.Id, null, $"{{\"format\":\"{import.Format}\"}}"), cancellationToken);
        var batch = new List<ImportRow.Accepted>(BatchSize);
        var status = "completed";
        try
        {
            await foreach (var row in format.Reader(currency).ReadAsync(file, cancellationToken))
            {
                import.Rows++;
                if (row is ImportRow.Rejected rejected) import.Reject(rejected.Line, rejected.Reason);
                else batch.Add((ImportRow.Accepted)row);
                if (batch.Count + import.Pending.Count >= BatchSize) await WriteAsync(import, batch, "running", null, cancellationToken);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or BadHttpRequestException)
        {
            import.Reject(0, broken is InvalidDataException ? broken.Message : "The file ended too early.");
            status = "failed";
        }

        return await WriteAsync(import, batch, status, key, CancellationToken.None);
    }

    public Task<ImportView?> FindAsync(string id, CancellationToken cancellationToken) => database.FirstAsync<ImportView>(
        $"SELECT id, format, status, rows, accepted, unchanged, rejected FROM imports WHERE id = {id}", cancellationToken);

    public Task<List<RejectionRow>> RejectionsAsync(string id, long after, int limit, CancellationToken cancellationToken) => database.QueryAsync<RejectionRow>(
        $"SELECT number, line, reason FROM import_rejections WHERE import_id = {id} AND number > {after} ORDER BY number LIMIT {limit}", cancellationToken);

    private async Task<Answer> WriteAsync(Tally import, List<ImportRow.Accepted> batch, string status, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var results = batch.Count == 0 ? [] : await writer.WriteAsync([.. batch.Select(row => row.Product)], cancellationToken);
        var bySlug = results.ToDictionary(result => result.Slug);
        foreach (var row in batch)
        {
            var result = bySlug[row.Product.Slug];
            if (result.Why is not null) import.Reject(row.Line, result.Why);
            else if (result.Changed) import.Accepted++;
            else import.Unchanged++;
        }

        batch.Clear();
        var commit = new Commit();
        foreach (var (number, line, reason) in import.Pending)
            commit.AddRow("INSERT INTO import_rejections (import_id, number, line, reason) VALUES ", $"({import.Id}, {number}, {line}, {reason})");
        commit.Add($"UPDATE imports SET status = {status}, rows = {import.Rows}, accepted = {import.Accepted}, unchanged = {import.Unchanged}, rejected = {import.Rejected} WHERE id = {import.Id}");
        import.Pending.Clear();
        var answer = new Answer(200, Json.Write(import.View(status)));
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        await database.CommitAsync(commit, cancellationToken);
        return answer;
    }

    private sealed class Tally
    {
        public required string Id { get; init; }
        public required string Format { get; init; }
        public long Rows { get; set; }
        public long Accepted { get; set; }
        public long Unchanged { get; set; }
        public long Rejected { get; private set; }
        public List<(long Number, long Line, string Reason)> Pending { get; } = [];

        public void Reject(long line, string reason) => Pending.Add((++Rejected, line, Storable(reason)));

        /// <summary>Reasons quote the file, which may be no text at all; databases take neither NUL nor half a character.</summary>
        private static string Storable(string reason) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(reason)).Replace('\0', '\uFFFD');

        public ImportView View(string status) => new(Id, Format, status, Rows, Accepted, Unchanged, Rejected);
    }
}

/// <param name="Status"><c>running</c>, <c>completed</c> or <c>failed</c>.</param>
internal sealed record ImportView(string Id, string Format, string Status, long Rows, long Accepted, long Unchanged, long Rejected);

internal sealed record RejectionRow(long Number, long Line, string Reason);

internal sealed record RejectionView(long Line, string Reason);

internal static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("", StartAsync).Accepts<Stream>("application/octet-stream", "text/csv", "application/x-ndjson", "*/*").Produces<ImportView>().WithMetadata(new StreamedBody());
        routes.MapGet("{id}", async (string id, HttpContext context, ImportCatalog imports, CancellationToken cancellationToken) =>
            await imports.FindAsync(id, cancellationToken) is { } import ? ETags.AnswerByContent(context, import) : Refusal.NotFound("import").ToResult()).Produces<ImportView>();
        routes.MapGet("{id}/rejections", async (string id, PageRequest page, ImportCatalog imports, CancellationToken cancellationToken) =>
        {
            if (await imports.FindAsync(id, cancellationToken) is null) return Refusal.NotFound("import").ToResult();
            var rows = await imports.RejectionsAsync(id, page.Keys(1) is [var last] ? PageRequest.Number(last) : 0, page.Limit + 1, cancellationToken);
            return Results.Json(page.Of(rows, row => new RejectionView(row.Line, row.Reason), row => [PageRequest.Text(row.Number)]), Json.Options);
        }).Produces<Page<RejectionView>>();
    }

    /// <summary>The one route that takes more than 1 MiB: the file is read as it comes.</summary>
    private static async Task<IResult> StartAsync([FromQuery] string? format, [FromQuery] string? currency, HttpContext context, ImportCatalog imports, Database database, CancellationToken cancellationToken)
    {
        if (format is null || ImportFormats.Find(format) is not { } found)
            return Refusal.Invalid("format", "unknown_format", $"format is one of: {string.Join(", ", ImportFormats.All.Select(known => known.Name))}.").ToResult();
        if (currency is not null && !Connectors.Sdk.Currencies.IsKnown(currency)) return Refusal.Invalid("currency", "unknown_currency", "currency is an ISO 4217 code.").ToResult();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;

        // A file is read once and not kept, so its size and what it is imported as stand for it.
        var key = IdempotencyKeys.Of(context, () => $"{format} {currency} {context.Request.ContentLength}");
        if (key is not null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        return await imports.RunAsync(found, currency ?? "USD", context.Request.Body, key, cancellationToken);
    }
}
