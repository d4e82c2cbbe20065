using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;

namespace Composable.Hub.Pages;

/// <summary>The latest entries of a type, such as news, from the connection that has the page or the one the block names.</summary>
internal sealed class EntryBlocks(ConnectionList connections) : IBlockSource
{
    private const int Usual = 6, Most = 24;

    public string Type => "entries";

    public async Task<BlockContent> FillAsync(BlockRequest request, CancellationToken cancellationToken)
    {
        var data = request.Copy();
        data["items"] = new JsonArray();
        var connection = request.Text("connection") ?? request.Connection;
        if (request.Text("entries") is not { } type) return new(data, connection, []);
        var list = await connections.Get<IContent>(connection).EntriesAsync(new(type, request.Locale, request.Number("limit", Usual, Most), null, request.Preview), cancellationToken);
        data["items"] = new JsonArray([.. list.Items.Select(entry => new JsonObject { ["id"] = entry.Id, ["type"] = entry.Type, ["data"] = entry.Data })]);
        return new(data, connection, [PageTags.AnyContent(connection)]);
    }
}
