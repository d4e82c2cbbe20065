using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Turns our fields into a collection's.</summary>
internal static class TypesenseSchemas
{
    /// <summary>
    /// Where words end besides spaces, in documents and in what is typed. Typesense drops all other symbols without a gap (<c>O'Neill</c> is <c>oneill</c>);
    /// these it would drop too, and make one word of <c>stainless-steel</c>.
    /// </summary>
    public const string Separators = "-/.,;:()[]{}_+|\"!?*=<>@#~\\`^$%";

    public static TypesenseSchema For(string index, string generation, IReadOnlyList<SearchField> fields)
    {
        if (fields.Any(field => !TypesenseNames.IsField(field.Name)) || fields.DistinctBy(field => field.Name).Count() != fields.Count)
            throw new VendorException(VendorFailure.Rejected, "Typesense: a field's name is taken twice, reserved, or not of letters, digits and underscores.");
        return new TypesenseSchema(
            TypesenseNames.Collection(index, generation),
            [.. fields.SelectMany(Fields), new TypesenseField(TypesenseNames.Version, "int64", Optional: true, Index: false)],
            [.. Separators.Select(letter => letter.ToString())],
            new TypesenseMetadata(index, generation, fields));
    }

    public static bool HasKeys(SearchField field) => field is { Facet: true, Kind: SearchFieldKind.Keyword or SearchFieldKind.Text };

    private static IEnumerable<TypesenseField> Fields(SearchField field)
    {
        var type = field.Kind switch { SearchFieldKind.Number => "int64", SearchFieldKind.Flag => "bool", _ => "string" } + (field.Many ? "[]" : "");
        // Numbers are sortable unless said otherwise; texts are not.
        yield return new TypesenseField(field.Name, type, field.Optional, field.Facet, field.Sort ? true : null);
        if (HasKeys(field)) yield return new TypesenseField(TypesenseNames.KeyField(field.Name), "string[]", Optional: true);
    }
}
