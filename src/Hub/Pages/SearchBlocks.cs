using Composable.Hub.Http;
using Composable.Hub.Search;

namespace Composable.Hub.Pages;

/// <summary>What the shop's search finds for words that editors chose.</summary>
internal sealed class SearchBlocks(Searching searching) : IBlockSource
{
    private const int Usual = 12, Most = 48;

    public string Type => "search";

    public async Task<BlockContent> FillAsync(BlockRequest request, CancellationToken cancellationToken)
    {
        var asked = new SearchRequest(request.Text("query") ?? "", [], [], null, null, "auto");
        var found = await searching.FindAsync(asked, new PageRequest(request.Number("limit", Usual, Most), []), request.Market, cancellationToken);
        return CatalogBlocks.Of(request, [.. found.Answer.Items.Select(item => item.Product)], [PageTags.Catalog], "search", simplified: found.Degraded is not null);
    }
}
