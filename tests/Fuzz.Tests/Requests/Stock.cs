using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Fuzz.Tests.Requests;

/// <summary>What the shop sells. Some of it is never touched by staff, so that orders are possible to the end; the rest is there to be spoiled.</summary>
internal static class Stock
{
    public static readonly IReadOnlyList<string> Kept = Names("KEPT", 12), Spoiled = Names("WILD", 8), Codes = Names("FZ", 6);

    public static async Task FillAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Lines(Kept.Concat(Spoiled)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=jsonl") { Content = content };
        request.Headers.Authorization = new("Bearer", "sk_demo");
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A file of products, one JSON on a line.</summary>
    public static byte[] Lines(IEnumerable<string> skus) => Encoding.UTF8.GetBytes(string.Concat(skus.Select(sku => Line(sku).ToJsonString() + "\n")));

    private static JsonObject Line(string sku) => new()
    {
        ["slug"] = sku.ToLowerInvariant(),
        ["title"] = $"A thing called {sku}",
        ["variants"] = new JsonArray(new JsonObject
        {
            ["sku"] = sku,
            ["prices"] = new JsonObject { ["USD"] = 2500, ["EUR"] = 2400, ["JPY"] = 3000 },
            ["weightGrams"] = 400,
            ["stock"] = 100_000_000,
        }),
    };

    private static string[] Names(string start, int count) => [.. Enumerable.Range(0, count).Select(number => $"{start}{number.ToString(CultureInfo.InvariantCulture)}")];
}
