using System.Globalization;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Search.Embedded;

/// <summary>The fields of a generation, by name and by place.</summary>
internal sealed class Schema
{
    /// <summary>Both databases know four weights in one index.</summary>
    public const int Classes = 4;

    private readonly SearchField[] fields;
    private readonly Dictionary<string, int> places;
    private readonly int[] weights;

    public Schema(IReadOnlyList<SearchField> fields)
    {
        this.fields = [.. fields];
        places = fields.Select((field, place) => (field.Name, place)).ToDictionary(pair => pair.Name, pair => pair.place);
        weights = [.. fields.Select(field => field.Weight).Where(weight => weight > 0).Distinct().OrderDescending()];
        Title = Array.FindIndex(this.fields, field => field.Weight > 0 && field.Weight == weights.FirstOrDefault() && field.Kind == SearchFieldKind.Text);
    }

    /// <summary>The place of the field that shoppers know a document by; -1 when there is none.</summary>
    public int Title { get; }

    public IReadOnlyList<SearchField> Fields => fields;

    public static Schema Read(string json) => new(JsonSerializer.Deserialize<SearchField[]>(json, JsonSerializerOptions.Web)!);

    public static string Write(IReadOnlyList<SearchField> fields) => JsonSerializer.Serialize(fields, JsonSerializerOptions.Web);

    public int? PlaceOf(string name) => places.TryGetValue(name, out var place) ? place : null;

    /// <summary>0 for the weightiest words to 3 for the least; the lightest fields share the last.</summary>
    public int ClassOf(SearchField field) => Math.Min(Array.IndexOf(weights, field.Weight), Classes - 1);

    /// <summary>From the weightiest class on, the first being 1.</summary>
    public double[] Weights() => [.. Enumerable.Range(0, Classes).Select(place => place < weights.Length ? (double)weights[place] / weights[0] : 0)];

    /// <summary>The place of a field that the query wants to use in a way it was made for.</summary>
    public int Require(string name, Func<SearchField, bool> serves) => PlaceOf(name) is { } place && serves(fields[place])
        ? place
        : throw new VendorException(VendorFailure.Rejected, "The index has no such field for this use.");

    /// <summary>What keeps a document out, in our words; null when nothing does.</summary>
    public string? Wrong(SearchDocument document, SearchLimits limits)
    {
        if (JsonSerializer.SerializeToUtf8Bytes(document.Fields).Length > limits.MaxDocumentBytes) return "too_large";
        foreach (var (name, value) in document.Fields)
        {
            if (PlaceOf(name) is { } place && !Fits(fields[place], value)) return "wrong_type";
        }

        return Array.Exists(fields, field => !field.Optional && !document.Fields.ContainsKey(field.Name)) ? "missing_field" : null;
    }

    /// <summary>The values of a field as texts; a flag is <c>true</c> or <c>false</c>.</summary>
    public static IEnumerable<string> TextsOf(object value) => value switch
    {
        string text => [text],
        bool flag => [flag ? "true" : "false"],
        IEnumerable<string> texts => texts,
        _ => [NumberOf(value)!.Value.ToString(CultureInfo.InvariantCulture)],
    };

    public static long? NumberOf(object value) => value switch { long number => number, int number => number, bool flag => flag ? 1 : 0, _ => null };

    private static bool Fits(SearchField field, object value) => (field.Kind, value) switch
    {
        (SearchFieldKind.Text or SearchFieldKind.Keyword, string) => true,
        (SearchFieldKind.Text or SearchFieldKind.Keyword, IEnumerable<string>) => field.Many,
        (SearchFieldKind.Number, long or int) => true,
        (SearchFieldKind.Flag, bool) => true,
        _ => false,
    };
}
