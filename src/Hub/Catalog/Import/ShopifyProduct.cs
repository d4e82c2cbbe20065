using Composable.Contracts;

namespace Composable.Hub.Catalog.Import;

/// <summary>A product of a Shopify file while its rows come in. The first bad row refuses the whole product: half a product would sell wrongly.</summary>
internal sealed class ShopifyProduct
{
    private static readonly string[] OptionColumns = ["Option1", "Option2", "Option3"];

    private readonly CsvTable _table;
    private readonly CsvRecord _first;
    private readonly ShopifyVariants _variants;
    private readonly List<ImageView> _images = [];
    private ImportRow.Rejected? _rejected;

    public ShopifyProduct(CsvTable table, string currency, CsvRecord first)
    {
        _table = table;
        _first = first;
        Handle = table.Get(first, "Handle");
        _variants = new ShopifyVariants(table, currency, Slug.From(Handle), [.. OptionColumns.Select(column => table.Get(first, column + " Name"))]);
        Refuse(first, NotForSale());
        Add(first);
    }

    public string Handle { get; }

    public void Add(CsvRecord row)
    {
        if (_rejected is not null) return;
        if (row != _first && _table.Get(row, "Title").Length > 0 && _table.Get(row, "Title") != _table.Get(_first, "Title"))
            Refuse(row, $"'{Handle}' has a second Title.");
        else if (IsVariant(row)) Refuse(row, _variants.Add(row));
        AddImage(row);
    }

    public ImportRow Finish()
    {
        if (_rejected is null) Refuse(_first, _variants.Items.Count == 0 ? $"'{Handle}' has no row with a Variant Price." : null);
        if (_rejected is not null) return _rejected;
        var product = Build();
        return ProductRules.Check(product) is { } reason ? new ImportRow.Rejected(_first.Line, reason) : new ImportRow.Accepted(_first.Line, product);
    }

    private string? NotForSale() =>
        First("Title").Length == 0 ? $"The first row of '{Handle}' has no Title."
        : First("Published").Equals("false", StringComparison.OrdinalIgnoreCase) ? $"'{Handle}' is not published."
        : First("Status").ToLowerInvariant() is "draft" or "archived" ? $"'{Handle}' is {First("Status").ToLowerInvariant()}."
        : null;

    private string First(string column) => _table.Get(_first, column);

    /// <summary>A row may also carry nothing but another image.</summary>
    private bool IsVariant(CsvRecord row) => _table.Get(row, "Variant Price").Length > 0 || _table.Get(row, "Option1 Value").Length > 0;

    private void AddImage(CsvRecord row)
    {
        var url = _table.Get(row, "Image Src");
        if (_rejected is not null || _images.Count >= ProductRules.MaxImages || url.StartsWith('/') || !ProductRules.IsImageUrl(url)) return;
        var alt = _table.Get(row, "Image Alt Text");
        if (_images.TrueForAll(image => image.Url != url)) _images.Add(new ImageView(url, alt.Length <= 1_000 ? alt : alt[..1_000]));
    }

    private ProductInput Build() => new()
    {
        Slug = Slug.From(Handle),
        Title = First("Title"),
        Description = HtmlText.From(First("Body (HTML)")),
        Brand = First("Vendor") is { Length: > 0 } vendor ? vendor : null,
        Categories = new[] { First("Type"), First("Product Category") }.Where(path => path.Length > 0).Take(1).ToList(),
        Images = _images,
        Attributes = Attributes(),
        Variants = _variants.Items,
    };

    private Dictionary<string, string> Attributes()
    {
        var attributes = new Dictionary<string, string>();
        if (First("Tags") is { Length: > 0 } tags) attributes["tags"] = tags;
        if (First("Gift Card").Equals("true", StringComparison.OrdinalIgnoreCase)) attributes["giftCard"] = "true";
        return attributes;
    }

    private void Refuse(CsvRecord row, string? reason) => _rejected ??= reason is null ? null : new ImportRow.Rejected(row.Line, reason);
}
