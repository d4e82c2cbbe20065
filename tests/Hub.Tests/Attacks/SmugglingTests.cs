using System.Net.Sockets;
using System.Text;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 24, request smuggling: what two readers could cut differently is refused, and the connection ends, so that nothing behind it is read as a request.</summary>
public sealed class SmugglingTests
{
    private const string Hidden = "GET /v1/categories HTTP/1.1\r\nHost: a\r\nHub-Key: pk_demo\r\n\r\n";

    public static TheoryData<string, string> Ambiguities => new()
    {
        { "a length and an encoding", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "an encoding and a length", "Transfer-Encoding: chunked\r\nContent-Length: 12\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "two lengths", "Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}" },
        { "two equal lengths", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" },
        { "a list of lengths", "Content-Length: 2, 2\r\n\r\n{}" },
        { "a hexadecimal length", "Content-Length: 0x2\r\n\r\n{}" },
        { "a negative length", "Content-Length: -2\r\n\r\n{}" },
        { "a folded header", "Content-Length: 2\r\nX-A: b\r\n c\r\n\r\n{}" },
        { "a folded encoding", "Transfer-Encoding:\r\n chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "a space before the colon", "Transfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "an encoding that is not the last", "Transfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "an unknown encoding", "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
        { "a line that ends with LF", "Content-Length: 2\nX-A: b\r\n\r\n{}" },
        { "a head that ends with LF", "Content-Length: 2\r\n\n{}" },
        { "a CR in a value", "Content-Length: 2\r\nX-A: b\rc\r\n\r\n{}" },
        { "a NUL in a value", "Content-Length: 2\r\nX-A: b\0c\r\n\r\n{}" },
        { "a chunk whose size ends with LF", "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n" },
        { "an extension that ends with LF", "Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n" },
        { "a chunk that is longer than it says", "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" },
        { "a chunk size that is no number", "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n" },
        { "a chunk size beyond counting", "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n" },
    };

    [Theory, MemberData(nameof(Ambiguities))]
    public async Task Row_24_an_ambiguous_request_is_refused_and_its_connection_ends(string what, string rest)
    {
        var shop = await TestShop.OnAsync("sqlite");

        var answers = await SayAsync(shop, $"POST /v1/carts HTTP/1.1\r\nHost: {shop.Url.Authority}\r\nHub-Key: pk_demo\r\nContent-Type: application/json\r\n{rest}{Hidden}");

        answers.ShouldStartWith("HTTP/1.1 400 ", Case.Sensitive, what);
        answers.Split("HTTP/1.1 ").Length.ShouldBe(2, $"{what}: one answer in {answers}");
    }

    [Fact]
    public async Task A_plain_request_before_another_is_answered_and_so_is_the_other()
    {
        var shop = await TestShop.OnAsync("sqlite");
        foreach (var rest in new[] { "Content-Length: 2\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" })
        {
            var answers = await SayAsync(shop, $"POST /v1/carts HTTP/1.1\r\nHost: {shop.Url.Authority}\r\nHub-Key: pk_demo\r\nContent-Type: application/json\r\n{rest}{Hidden.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)}");
            answers.ShouldStartWith("HTTP/1.1 201 ");
            answers.ShouldContain("HTTP/1.1 200 ");
        }
    }

    /// <summary>Everything that comes back until the hub ends the connection, which it must do by itself.</summary>
    private static async Task<string> SayAsync(TestShop shop, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(shop.Url.Host, shop.Url.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var said = new MemoryStream();
        try
        {
            await stream.CopyToAsync(said, limit.Token);
        }
        catch (IOException)
        {
            // Ended with a reset, because the rest was not read.
        }

        return Encoding.Latin1.GetString(said.ToArray());
    }
}
