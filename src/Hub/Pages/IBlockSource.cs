using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;
using Composable.Hub.Markets;

namespace Composable.Hub.Pages;

/// <summary>Fills one type of block with what the hub knows. Registered one line each in <see cref="PagesSlice"/>; blocks without a source show what editors wrote.</summary>
internal interface IBlockSource
{
    /// <summary>The type of block, such as <c>products</c>.</summary>
    string Type { get; }

    /// <summary>The block's data; throws when it cannot be had. The token ends with the page's deadline.</summary>
    Task<BlockContent> FillAsync(BlockRequest request, CancellationToken cancellationToken);
}

/// <param name="Connection">The content connection that has the page.</param>
internal sealed record BlockRequest(ContentBlock Block, Market Market, string Locale, string Connection, bool Preview)
{
    /// <summary>What editors wrote, to be completed.</summary>
    public JsonObject Copy() => Block.Data.DeepClone().AsObject();

    public string? Text(string name) => Block.Data[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length is > 0 and <= 200 ? text : null;

    /// <summary>A number that editors wrote, kept within bounds.</summary>
    public int Number(string name, int otherwise, int most) => Block.Data[name] is JsonValue value && value.TryGetValue<int>(out var number) ? Math.Clamp(number, 1, most) : otherwise;

    public IReadOnlyList<string> Texts(string name, int most) => Block.Data[name] is JsonArray list
        ? [.. list.OfType<JsonValue>().Select(value => value.TryGetValue<string>(out var text) ? text : null).OfType<string>().Where(text => text.Length is > 0 and <= 200).Distinct().Take(most)]
        : [];
}

/// <param name="Source">Where it comes from, for the block and for <c>Server-Timing</c>: a connection, or a part of the hub.</param>
/// <param name="Tags">See <see cref="PageTags"/>.</param>
/// <param name="Simplified">The source could not do all it usually does: the block is <c>degraded</c>.</param>
internal sealed record BlockContent(JsonObject Data, string Source, IReadOnlyCollection<string> Tags, bool Simplified = false);
