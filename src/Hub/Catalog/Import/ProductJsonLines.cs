using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Composable.Contracts;
using Composable.Hub.Http.CardData;

namespace Composable.Hub.Catalog.Import;

/// <summary>One <see cref="ProductInput"/> a line, as JSON. Unknown members are refused; blank lines are skipped.</summary>
internal sealed class ProductJsonLines : IProductReader
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 32,
    };

    public async IAsyncEnumerable<ImportRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var text = await ImportText.OpenAsync(stream, cancellationToken);
        await foreach (var (line, json) in LineReader.ReadAsync(text, cancellationToken))
            if (json is null) yield return new ImportRow.Rejected(line, "The row is longer than 1 MiB.");
            else if (!string.IsNullOrWhiteSpace(json)) yield return Read(line, json);
    }

    private static ImportRow Read(long line, string json)
    {
        if (CardScan.InJson(json) is not null) return new ImportRow.Rejected(line, CardGuard.RowReason);
        try
        {
            var product = JsonSerializer.Deserialize<ProductInput>(json, Strict);
            if (product is null) return new ImportRow.Rejected(line, "The line is null, not a product.");
            product = product with { Description = product.Description is null ? null : HtmlText.From(product.Description) };
            return ProductRules.Check(product) is { } reason ? new ImportRow.Rejected(line, reason) : new ImportRow.Accepted(line, product);
        }
        catch (JsonException exception)
        {
            return new ImportRow.Rejected(line, Explain(exception));
        }
    }

    /// <summary>The serializer's own words name .NET types, which mean nothing to the author of the file.</summary>
    private static string Explain(JsonException exception)
    {
        const string missing = "including: ";
        var path = exception.Path is { Length: <= 200 } known ? known : "$";
        var names = exception.Message.IndexOf(missing, StringComparison.Ordinal);
        return exception.InnerException is JsonException ? "The line is not valid JSON, or nested deeper than 32."
            : names >= 0 ? $"Required and missing in {path}: {exception.Message[(names + missing.Length)..].Split(". Path")[0].TrimEnd('.')}."
            : $"The member {path} is unknown, given twice, or not of the right type.";
    }
}
