using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

/// <summary>The locales of the space. Contentful refuses a query in one that it does not have, so they are known first; asked once, and again after a while.</summary>
internal sealed class ContentfulLocaleList(ContentfulApi api, TimeProvider clock)
{
    private const int LongestChain = 4;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private volatile Known? _known;

    private sealed record Known(IReadOnlyList<ContentfulLocale> Locales, long At);

    /// <summary>The codes in which to look, the best first; never empty.</summary>
    public async Task<IReadOnlyList<string>> ChainAsync(string wanted, CancellationToken cancellationToken)
    {
        var locales = await AllAsync(cancellationToken);
        var chain = new List<string>();
        for (var at = Best(locales, wanted); at is not null && chain.Count < LongestChain && !chain.Contains(at.Code); at = Find(locales, at.FallbackCode)) chain.Add(at.Code);
        if (locales.FirstOrDefault(locale => locale.Default) is { } general && !chain.Contains(general.Code)) chain.Add(general.Code);
        return chain;
    }

    private async Task<IReadOnlyList<ContentfulLocale>> AllAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && clock.GetElapsedTime(known.At) < Remembered) return known.Locales;
        var (answer, read) = await api.ReadAsync("/locales", ContentfulJson.Default.ContentfulLocales, cancellationToken);
        var locales = read.Items.OfType<ContentfulLocale>().Where(locale => locale.Code.Length > 0).ToList();
        if (locales.Count == 0) throw answer.Unusable("it names no locale");
        _known = new(locales, clock.GetTimestamp());
        return locales;
    }

    private static ContentfulLocale? Best(IReadOnlyList<ContentfulLocale> locales, string wanted) =>
        Find(locales, wanted) ?? Find(locales, Language(wanted)) ?? locales.FirstOrDefault(locale => Language(locale.Code).Equals(Language(wanted), StringComparison.OrdinalIgnoreCase))
        ?? locales.FirstOrDefault(locale => locale.Default) ?? locales[0];

    private static ContentfulLocale? Find(IReadOnlyList<ContentfulLocale> locales, string? code) =>
        locales.FirstOrDefault(locale => locale.Code.Equals(code, StringComparison.OrdinalIgnoreCase));

    private static string Language(string locale) => locale.Split('-')[0];
}
