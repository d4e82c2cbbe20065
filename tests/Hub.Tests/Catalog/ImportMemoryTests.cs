using System.Net;
using System.Text;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Catalog;

/// <summary>Memory is the whole process's, so nothing else runs beside this.</summary>
[CollectionDefinition(nameof(ImportMemoryTests), DisableParallelization = true)]
[Collection(nameof(ImportMemoryTests))]
public sealed class ImportMemoryTests
{
    [Fact]
    public async Task Fifty_thousand_rows_stream_through_without_filling_the_memory()
    {
        const int Rows = 50_000;
        await using var shop = await TestShop.StartAsync("sqlite");
        var highest = 0L;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=jsonl") { Content = new Generated(Rows, () => highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true))) };
        request.Headers.Authorization = new("Bearer", "sk_demo");
        using var http = new HttpClient { BaseAddress = shop.Url, Timeout = TimeSpan.FromMinutes(3) };
        using var response = await http.SendAsync(request);

        (await response.Content.ReadAsStringAsync()).ShouldContain($"\"accepted\":{Rows}");
        (highest - before).ShouldBeLessThan(40 << 20, "the file has 50 MB; what is held of it at any time is a batch");
    }

    /// <summary>Rows of 1 KB that are made while they are sent; every tenth of the way is reported.</summary>
    private sealed class Generated(int rows, Action report) : HttpContent
    {
        private static readonly string Text = new('x', 850);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var row = 0; row < rows; row++)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes($$$"""{"slug":"row-{{{row}}}","title":"Row","description":"{{{Text}}}","variants":[{"sku":"ROW-{{{row}}}","prices":{"USD":100}}]}""" + "\n"));
                if (row % (rows / 10) == rows / 20) report();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
