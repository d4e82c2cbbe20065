using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

/// <summary>Pages are entries of one content type, found by their slug; what they link to in one field are their blocks.</summary>
internal sealed class ContentfulClient : IContent, IWebhooks
{
    private const int MostBlocks = 100, MostEntries = 100;

    private readonly ContentfulSettings _settings;
    private readonly ContentfulApi _delivery;
    private readonly ContentfulApi? _preview;
    private readonly ContentfulLocaleList _locales;
    private readonly ContentfulFeed _feed;

    private sealed record Found(VendorAnswer Answer, ContentfulArray Read, ContentfulItem Page, string Title);

    public ContentfulClient(ContentfulSettings settings, HttpClient http, TimeProvider clock)
    {
        _settings = settings;
        _delivery = new(settings, http, settings.BaseUrl, settings.DeliveryToken);
        _preview = settings.PreviewToken is { Length: > 0 } token ? new(settings, http, settings.PreviewUrl, token) : null;
        _locales = new(_delivery, clock);
        _feed = new(_delivery);
    }

    public async Task<ContentPage?> PageAsync(string route, string locale, bool preview, CancellationToken cancellationToken)
    {
        var slug = route.Trim('/') is { Length: > 0 } path ? path : _settings.HomeSlug;
        if (slug.Length > 500 || slug.Any(char.IsControl)) return null;
        var chain = await _locales.ChainAsync(locale, cancellationToken);
        foreach (var code in chain)
        {
            if (await FindAsync(($"fields.{_settings.SlugField}", slug), code, preview, cancellationToken) is not { } found) continue;
            // Filters look at a locale's own values: a slug that is the same in all locales is found in the one that holds it, and then read in the one that was asked for.
            if (code != chain[0] && await FindAsync(("sys.id", found.Page.Sys.Id), chain[0], preview, cancellationToken) is { } translated) return Page(translated, route, chain[0]);
            return Page(found, route, code);
        }

        return null;
    }

    public async Task<ContentList> EntriesAsync(ContentQuery query, CancellationToken cancellationToken)
    {
        if (!int.TryParse(query.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var skip)) throw new VendorException(VendorFailure.Rejected, "Contentful: the cursor is none of its own.");
        var code = (await _locales.ChainAsync(query.Locale, cancellationToken))[0];
        var limit = Math.Clamp(query.Limit, 1, MostEntries);
        var (answer, found) = await Api(query.Preview).ReadAsync("/entries", ContentfulJson.Default.ContentfulArray, cancellationToken,
            ("content_type", query.Type), ("locale", code), ("include", Text(_settings.LinkDepth)), ("limit", Text(limit)), ("skip", Text(skip)), ("order", "-sys.createdAt,sys.id"));
        var items = Readable(answer, () => found.Items.OfType<ContentfulItem>().Take(limit).Select(entry => Entry(found, entry, query.Type, code)).ToList());
        var next = (long)skip + items.Count;
        return new(items, items.Count > 0 && next < found.Total ? next.ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<ContentAsset?> AssetAsync(string id, string locale, CancellationToken cancellationToken)
    {
        var code = (await _locales.ChainAsync(locale, cancellationToken))[0];
        if (id.Length is 0 or > 64 || id.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '-' or '_')) || id is "." or "..") return null;
        var asset = await _delivery.FindAsync($"/assets/{id}", ContentfulJson.Default.ContentfulItem, cancellationToken, ("locale", code));
        return asset is null ? null : ContentfulAssets.Read(asset);
    }

    public Task<ContentChanges> ChangesAsync(string? cursor, CancellationToken cancellationToken) => _feed.SinceAsync(cursor, cancellationToken);

    public WebhookReading Read(WebhookRequest request) => ContentfulWebhook.Read(request, _settings);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var api in (ContentfulApi?[])[_delivery, _preview])
        {
            if (api is null) continue;
            await api.ReadAsync("/entries", ContentfulJson.Default.ContentfulArray, cancellationToken, ("content_type", _settings.PageType), ($"fields.{_settings.SlugField}", _settings.HomeSlug), ("limit", "1"));
        }
    }

    private ContentfulApi Api(bool preview) => !preview ? _delivery
        : _preview ?? throw new VendorException(VendorFailure.Misconfigured, "Settings of Contentful: drafts need previewToken.");

    /// <summary>Null when there is none, also when it has no title: then it is not translated, and another locale has it.</summary>
    private async Task<Found?> FindAsync((string Name, string Value) filter, string locale, bool preview, CancellationToken cancellationToken)
    {
        var (answer, read) = await Api(preview).ReadAsync("/entries", ContentfulJson.Default.ContentfulArray, cancellationToken,
            ("content_type", _settings.PageType), filter, ("locale", locale), ("include", Text(_settings.LinkDepth)), ("limit", "1"), ("order", "sys.createdAt"));
        return read.Items is [{ } page, ..] && Readable(answer, () => page.Text(_settings.TitleField)) is { } title ? new(answer, read, page, title) : null;
    }

    private ContentPage Page(Found found, string route, string locale) => Readable(found.Answer, () => Page(found.Read, found.Page, found.Title, "/" + route.Trim('/'), locale));

    private ContentPage Page(ContentfulArray answer, ContentfulItem page, string title, string route, string locale)
    {
        var links = new ContentfulLinks(_settings, answer);
        var blocks = new List<ContentBlock>();
        foreach (var link in Links(page.Field(_settings.BlocksField)))
        {
            if (blocks.Count < MostBlocks && links.Follow(link) is { } target && Block(links, target) is { } block) blocks.Add(block);
        }

        var description = page.Text(_settings.DescriptionField);
        var version = Hash([page.Sys.Id, locale, title, description ?? "", .. blocks.SelectMany(block => (string[])[block.Id, block.Type, block.Data.ToJsonString()])]);
        return new(page.Sys.Id, route, locale, title, version, blocks, [page.Sys.Id, .. links.Tags]) { Description = description };
    }

    private ContentBlock? Block(ContentfulLinks links, ContentfulItem target)
    {
        if (target.Sys.Type == "Asset") return ContentfulLinks.Asset(target) is { } image ? new(target.Sys.Id, "image", image) : null;
        if (target.Sys.ContentType?.Sys.Id is not { } contentType) return null;
        var (type, data) = (_settings.BlockType(contentType), links.Entry(target));
        // An image block is its picture; the field in which editors put it may be called anything.
        if (type == "image" && !data.ContainsKey("url") && data.FirstOrDefault(field => field.Value is JsonObject file && file.ContainsKey("url")) is { Value: JsonObject picture } field)
        {
            data.Remove(field.Key);
            foreach (var (name, value) in picture) data.TryAdd(name, value?.DeepClone());
        }

        return new(target.Sys.Id, type, data);
    }

    private ContentEntry Entry(ContentfulArray answer, ContentfulItem entry, string type, string locale)
    {
        var data = new ContentfulLinks(_settings, answer).Entry(entry);
        return new(entry.Sys.Id, type, locale, Hash([entry.Sys.Id, locale, data.ToJsonString()]), data);
    }

    private static IEnumerable<JsonElement> Links(JsonElement? field) => field switch
    {
        { ValueKind: JsonValueKind.Array } several => several.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } one => [one],
        _ => [],
    };

    /// <summary>Text that is half a surrogate pair is JSON, and no text.</summary>
    private static T Readable<T>(VendorAnswer answer, Func<T> map)
    {
        try
        {
            return map();
        }
        catch (InvalidOperationException wrong)
        {
            throw answer.Unusable("its text is not Unicode", wrong);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))).AsSpan(0, 8));
}
