using Composable.Contracts;

namespace Composable.Hub.Catalog.Import;

/// <summary>A product of a Shopify file while its rows come in. The first bad row refuses the whole product: half a product would sell wrongly.</summary>
internal sealed class ShopifyProduct
{
    private static readonly string[] OptionColumns = ["Option1", "Option2", "Option3"];

    private readonly CsvTable table;
    private readonly CsvRecord first;
    private readonly ShopifyVariants variants;
    private readonly List<ImageView> images = [];
    private ImportRow.Rejected? rejected;

    public ShopifyProduct(CsvTable table, string currency, CsvRecord first)
    {
        this.table = table;
        this.first = first;
        Handle = table.Get(first, "Handle");
        variants = new ShopifyVariants(table, currency, Slug.From(Handle), [.. OptionColumns.Select(column => table.Get(first, column + " Name"))]);
        Refuse(first, NotForSale());
        Add(first);
    }

    public string Handle { get; }

    public void Add(CsvRecord row)
    {
        if (rejected is not null) return;
        if (row != first && table.Get(row, "Title").Length > 0 && table.Get(row, "Title") != table.Get(first, "Title"))
            Refuse(row, $"'{Handle}' has a second Title.");
        else if (IsVariant(row)) Refuse(row, variants.Add(row));
        AddImage(row);
    }

    public ImportRow Finish()
    {
        if (rejected is null) Refuse(first, variants.Items.Count == 0 ? $"'{Handle}' has no row with a Variant Price." : null);
        if (rejected is not null) return rejected;
        var product = Build();
        return ProductRules.Check(product) is { } reason ? new ImportRow.Rejected(first.Line, reason) : new ImportRow.Accepted(first.Line, product);
    }

    private string? NotForSale() =>
        First("Title").Length == 0 ? $"The first row of '{Handle}' has no Title."
        : First("Published").Equals("false", StringComparison.OrdinalIgnoreCase) ? $"'{Handle}' is not published."
        : First("Status").ToLowerInvariant() is "draft" or "archived" ? $"'{Handle}' is {First("Status").ToLowerInvariant()}."
        : null;

    private string First(string column) => table.Get(first, column);

    /// <summary>A row may also carry nothing but another image.</summary>
    private bool IsVariant(CsvRecord row) => table.Get(row, "Variant Price").Length > 0 || table.Get(row, "Option1 Value").Length > 0;

    private void AddImage(CsvRecord row)
    {
        var url = table.Get(row, "Image Src");
        if (rejected is not null || images.Count >= ProductRules.MaxImages || url.StartsWith('/') || !ProductRules.IsImageUrl(url)) return;
        var alt = table.Get(row, "Image Alt Text");
        if (images.TrueForAll(image => image.Url != url)) images.Add(new ImageView(url, alt.Length <= 1_000 ? alt : alt[..1_000]));
    }

    private ProductInput Build() => new()
    {
        Slug = Slug.From(Handle),
        Title = First("Title"),
        Description = HtmlText.From(First("Body (HTML)")),
        Brand = First("Vendor") is { Length: > 0 } vendor ? vendor : null,
        Categories = new[] { First("Type"), First("Product Category") }.Where(path => path.Length > 0).Take(1).ToList(),
        Images = images,
        Attributes = Attributes(),
        Variants = variants.Items,
    };

    private Dictionary<string, string> Attributes()
    {
        var attributes = new Dictionary<string, string>();
        if (First("Tags") is { Length: > 0 } tags) attributes["tags"] = tags;
        if (First("Gift Card").Equals("true", StringComparison.OrdinalIgnoreCase)) attributes["giftCard"] = "true";
        return attributes;
    }

    private void Refuse(CsvRecord row, string? reason) => rejected ??= reason is null ? null : new ImportRow.Rejected(row.Line, reason);
}
