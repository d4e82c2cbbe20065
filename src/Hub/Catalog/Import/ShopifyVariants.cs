using System.Globalization;
using Composable.Contracts;

namespace Composable.Hub.Catalog.Import;

/// <summary>The variant rows of one Shopify product.</summary>
internal sealed class ShopifyVariants(CsvTable table, string currency, string slug, IReadOnlyList<string> optionNames)
{
    private const int MaxSku = 64;
    private readonly List<VariantInput> items = [];
    private readonly HashSet<string> made = [];

    public IReadOnlyList<VariantInput> Items => items;

    /// <summary>Why the row is no variant; null when it was added.</summary>
    public string? Add(CsvRecord row)
    {
        if (items.Count == ProductRules.MaxVariants) return $"The product has more than {ProductRules.MaxVariants} variants.";
        if (Price(row, "Variant Price", out var price) is { } badPrice) return badPrice;
        if (price is null) return "The variant has no Variant Price.";
        if (Price(row, "Variant Compare At Price", out var former) is { } badFormer) return badFormer;
        if (Whole(row, "Variant Grams", out var grams) is { } badWeight) return badWeight;
        if (Whole(row, "Variant Inventory Qty", out var quantity) is { } badQuantity) return badQuantity;
        if (ReadOptions(row, out var options) is { } badOptions) return badOptions;
        var sku = GivenSku(row);
        if (sku.Length > MaxSku) return $"The Variant SKU '{Shown(sku)}' is longer than {MaxSku} characters.";
        items.Add(new VariantInput
        {
            Sku = sku.Length > 0 ? sku : MakeSku(options.Values),
            Title = options.Count == 0 ? null : string.Join(" / ", options.Values),
            Options = options,
            Prices = new Dictionary<string, long> { [currency] = price.Value },
            CompareAtPrices = former is null or 0 ? new Dictionary<string, long>() : new Dictionary<string, long> { [currency] = former.Value },
            WeightGrams = grams,
            Stock = IsCounted(row) ? Math.Max(0, quantity) : null,
            TaxCode = table.Get(row, "Variant Tax Code") is { Length: > 0 } code ? code : null,
        });
        return null;
    }

    private bool IsCounted(CsvRecord row) =>
        table.Get(row, "Variant Inventory Tracker").Length > 0 && !table.Get(row, "Variant Inventory Policy").Equals("continue", StringComparison.OrdinalIgnoreCase);

    private string? Price(CsvRecord row, string column, out long? minor)
    {
        minor = null;
        var text = table.Get(row, column);
        if (text.Length == 0) return null;
        minor = MajorUnits.TryRead(text, out var amount) && amount >= 0 ? MajorUnits.ToMinor(amount, currency) : null;
        return minor is null ? $"{column} '{Shown(text)}' is not an amount of {currency}." : null;
    }

    private string? Whole(CsvRecord row, string column, out long value)
    {
        value = 0;
        var text = table.Get(row, column);
        if (text.Length == 0) return null;
        if (!MajorUnits.TryRead(text, out var number) || Math.Abs(number) > int.MaxValue) return $"{column} '{Shown(text)}' is not a number.";
        value = (long)Math.Round(number, MidpointRounding.AwayFromZero);
        return null;
    }

    /// <summary>The single variant of a product without options is written as the option <c>Title</c> with the value <c>Default Title</c>.</summary>
    private string? ReadOptions(CsvRecord row, out Dictionary<string, string> options)
    {
        options = [];
        for (var index = 0; index < optionNames.Count; index++)
        {
            var value = table.Get(row, $"Option{index + 1} Value");
            if (value.Length == 0 || value == "Default Title") continue;
            if (value.Length > 255) return $"Option{index + 1} Value is longer than 255 characters.";
            var name = optionNames[index] is { Length: > 0 } given ? given : $"Option {index + 1}";
            if (!options.TryAdd(name, value)) return $"Two options are named '{Shown(name)}'.";
        }
        return null;
    }

    /// <summary>Spreadsheets put an apostrophe before a number that is meant as text; it is no part of the sku.</summary>
    private string GivenSku(CsvRecord row)
    {
        var given = table.Get(row, "Variant SKU");
        return given.StartsWith('\'') ? given[1..].Trim() : given;
    }

    /// <summary>Handles have no dots, so that a dot keeps the skus of two products apart whatever their options are.</summary>
    private string MakeSku(IEnumerable<string> optionValues)
    {
        var full = string.Join('.', optionValues.Select(Slug.From).Prepend(slug));
        for (var copy = 1; ; copy++)
        {
            var wanted = copy == 1 ? full : string.Create(CultureInfo.InvariantCulture, $"{full}.{copy}");
            var sku = wanted.Length <= MaxSku ? wanted : $"{wanted[..(MaxSku - 9)]}.{Slug.Hash(wanted)}";
            if (made.Add(sku)) return sku;
        }
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
