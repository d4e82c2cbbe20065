using System.Text.Json;
using Composable.Hub.Catalog;
using Composable.Hub.Events;
using Composable.Hub.Storage;

namespace Composable.Hub.Edge;

/// <summary>Notes what changed, so that the edge hears of it. Nothing is computed or sent here: nobody waits for the edge.</summary>
internal sealed class EdgeFeed(Database database, EdgeChoice choice) : EventConsumer(database)
{
    /// <summary>Longer subjects are no names of anything.</summary>
    private const int MaxLength = 500;

    public override string Name => "edge";

    public override IReadOnlyList<string> Derived => ["edge_work"];

    protected override bool Wants(StoredEvent happened) => choice.IsWanted && (happened.Type is "product.created" or "product.updated" or "price.changed" or "stock.counted" or "order.placed" or "order.canceled"
        || happened.Type.StartsWith("content.", StringComparison.Ordinal));

    protected override void Apply(IReadOnlyList<StoredEvent> events, Commit commit) => EdgeQueue.Add(commit, [.. events.SelectMany(Work).Where(item => item.Subject.Length <= MaxLength)]);

    private static IEnumerable<EdgeItem> Work(StoredEvent happened) => happened.Type switch
    {
        "product.created" or "product.updated" => [new(EdgeItem.Product, happened.Stream)],
        "order.placed" => EdgeItem.SkusOf(happened.Data),
        // Which goods came back stands in the order's first event.
        "order.canceled" => [new(EdgeItem.Order, happened.Stream)],
        "price.changed" or "stock.counted" => Texts(happened.Data, "sku").Select(sku => new EdgeItem(EdgeItem.Sku, sku)),
        // A name that no cache takes as a tag would keep all other work waiting; then every page goes.
        _ => Texts(happened.Data, "tags").DefaultIfEmpty("").Select(CacheTags.OfPage).Append(CacheTags.Entries).Select(tag => new EdgeItem(EdgeItem.Tag, tag)),
    };

    /// <summary>A member that is a text or a list of texts.</summary>
    private static List<string> Texts(string data, string member)
    {
        using var json = JsonDocument.Parse(data);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty(member, out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };
    }
}
