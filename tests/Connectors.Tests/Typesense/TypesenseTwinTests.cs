using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Sandbox;
using Connectors.Tests.Kit;
using Microsoft.AspNetCore.Builder;

namespace Connectors.Tests.Typesense;

/// <summary>That the simulated Typesense is one: its shapes are the published ones, and its books survive.</summary>
public sealed class TypesenseTwinTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("composable-typesense-").FullName;
    private readonly HttpClient _http = new();
    private WebApplication? _sandbox;

    private string Address => _sandbox!.Urls.First();

    private ISearch Search => (ISearch)Vendors.Connect("typesense", new { apiKey = "key_1", baseUrl = $"{Address}/typesense" }, _http);

    public Task InitializeAsync()
    {
        _http.DefaultRequestHeaders.Add("X-TYPESENSE-API-KEY", "key_1");
        return StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Collections_documents_and_aliases_survive_a_restart()
    {
        await FillAsync("g1", 30);
        await Search.WriteAsync("products", "g1", [new SearchWrite.Delete("p1"), Put("p2", 2, "Changed")], CancellationToken.None);
        await FillAsync("g2", 3, switchTo: false);
        await StopAsync();
        await StartAsync();
        (await Search.CurrentAsync("products", CancellationToken.None)).ShouldBe("g1");
        (await FindAsync("mug")).Total.ShouldBe(28);
        (await FindAsync("changed")).Hits.ShouldHaveSingleItem().Id.ShouldBe("p2");
        (await Search.VersionsAsync("products", ["p1", "p2"], CancellationToken.None)).ShouldBe(new Dictionary<string, long> { ["p2"] = 2 });
        var ledger = await LedgerAsync();
        ledger.GetProperty("aliases").GetProperty("products").GetString().ShouldBe("products_g1");
        ledger.GetProperty("collections").EnumerateArray().Select(collection => (collection.GetProperty("name").GetString(), collection.GetProperty("documents").GetInt32()))
            .ShouldBe([("products_g1", 29), ("products_g2", 3)], ignoreOrder: true);
    }

    [Fact]
    public async Task The_books_are_written_anew_when_most_of_them_is_past()
    {
        for (var generation = 0; generation < 5; generation++) await FillAsync($"g{generation}", 200);
        var journal = Path.Combine(_folder, "typesense.jsonl");
        var before = new FileInfo(journal).Length;
        await StopAsync();
        await StartAsync();
        new FileInfo(journal).Length.ShouldBeLessThan(before / 2);
        (await FindAsync("mug")).Total.ShouldBe(200);
    }

    [Fact]
    public async Task A_shop_of_twenty_thousand_products_is_searched_counted_and_sorted()
    {
        await FillAsync("g1", 20_000);
        var page = await Search.QueryAsync(Query("mug") with { Facets = ["brand"], Sort = new("price", Descending: true), Filters = [new SearchFilter.Between("price", 5_000, null)] }, CancellationToken.None);
        (page.Total, page.Hits[0].Id).ShouldBe((15_000, "p19999"));
        page.Facets["brand"].Sum(count => count.Count).ShouldBe(15_000);
        (await FindAsync("number19876")).Hits[0].Id.ShouldBe("p19876");
        (await FindAsync("nummber19876")).Hits.ShouldContain(hit => hit.Id == "p19876");
    }

    [Fact]
    public async Task Its_answers_have_the_published_shapes()
    {
        using var spec = Specs.Open("typesense/openapi.json");
        if (spec is null) return;
        await FillAsync("g1", 3);
        foreach (var (path, schema) in new[]
        {
            ("collections/products", "CollectionSchema"), ("aliases", "CollectionAliasesResponse"), ("aliases/products", "CollectionAlias"),
            ("collections/products/documents/search?q=mug&query_by=title,tags&facet_by=brand&filter_by=price:>0", "SearchResult"), ("collections/nowhere", "ApiResponse"),
            ("collections/products/documents/search?q=mug&query_by=nowhere", "ApiResponse"),
        })
        {
            var answer = await (await _http.GetAsync(new Uri($"{Address}/typesense/{path}"))).Content.ReadAsStringAsync();
            // Members of a document and the words that matched are said to be objects, for want of "anything"; they are not.
            var body = JsonNode.Parse(answer)!;
            foreach (var hit in body["hits"]?.AsArray() ?? [])
            {
                hit!.AsObject().Remove("document");
                foreach (var highlight in hit["highlights"]!.AsArray()) highlight!.AsObject().Remove("matched_tokens");
            }

            (await TypesenseStub.SchemaAsync(spec, schema)).Validate(body.ToJsonString()).ShouldBeEmpty($"{path}: {answer}");
        }
    }

    [Theory]
    [InlineData("?q=mug", 400)]
    [InlineData("?q=mug&query_by=title&per_page=251", 422)]
    [InlineData("?q=mug&query_by=title&filter_by=colour:=x", 404)]
    [InlineData("?q=mug&query_by=title&filter_by=price:=x", 400)]
    [InlineData("?q=mug&query_by=title&filter_by=(price:1", 400)]
    [InlineData("?q=mug&query_by=title&filter_by=price:1 %26%26", 400)]
    [InlineData("?q=mug&query_by=title&filter_by=brand:=`A || price:>0", 200)]
    [InlineData("?q=mug&query_by=title&sort_by=brand:asc", 404)]
    [InlineData("?q=mug&query_by=price", 400)]
    [InlineData("?q=mug&query_by=title&page=x", 400)]
    public async Task It_is_as_strict_as_the_real_one(string query, int status)
    {
        await FillAsync("g1", 3);
        using var answer = await _http.GetAsync(new Uri($"{Address}/typesense/collections/products/documents/search{query}"));
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("brand:=Acme", 2)]
    [InlineData("brand:=acme", 2)]
    [InlineData("brand:!=Acme", 1)]
    [InlineData("brand:Ac", 0)]
    [InlineData("brand:=[`Acme`,`A, B`]", 3)]
    [InlineData("price:[1..2]", 2)]
    [InlineData("price:[0,2]", 2)]
    [InlineData("price:>0 && price:<2", 1)]
    [InlineData("(price:0 || price:2) && brand:=Acme", 2)]
    [InlineData("price:!=0", 2)]
    [InlineData("id:*", 3)]
    [InlineData("id:[p0,p2,p9]", 2)]
    public async Task Its_filters_mean_what_they_mean_there(string filter, int found)
    {
        await FillAsync("g1", 3);
        await Search.WriteAsync("products", "g1", [Put("p1", 1, "Mug", "A, B", price: 1)], CancellationToken.None);
        var answer = await _http.GetFromJsonAsync<JsonElement>($"{Address}/typesense/collections/products/documents/search?q=*&filter_by={Uri.EscapeDataString(filter)}");
        answer.GetProperty("found").GetInt32().ShouldBe(found);
    }

    [Fact]
    public async Task A_minus_excludes_there_which_is_why_it_is_not_sent()
    {
        await FillAsync("g1", 3);
        var answer = await _http.GetFromJsonAsync<JsonElement>($"{Address}/typesense/collections/products/documents/search?q=mug -number1&query_by=title");
        answer.GetProperty("found").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("search", "status", 503, VendorFailure.Transient)]
    [InlineData("search", "refuse", null, VendorFailure.Transient)]
    [InlineData("search", "drop_answer", null, VendorFailure.Transient)]
    [InlineData("search", "garbage", "html", VendorFailure.Transient)]
    [InlineData("search", "garbage", "truncated", VendorFailure.Transient)]
    [InlineData("search", "garbage", "wrong_type", VendorFailure.Transient)]
    [InlineData("search", "status", 429, VendorFailure.RateLimited)]
    [InlineData("import", "drop_answer", null, VendorFailure.OutcomeUnknown)]
    [InlineData("import", "garbage", "truncated", VendorFailure.OutcomeUnknown)]
    [InlineData("import", "garbage", "html", VendorFailure.OutcomeUnknown)]
    [InlineData("import", "status", 429, VendorFailure.RateLimited)]
    [InlineData("alias", "drop_answer", null, VendorFailure.OutcomeUnknown)]
    [InlineData("drop", "status", 500, VendorFailure.OutcomeUnknown)]
    public async Task Faults_end_in_a_failure_that_says_what_to_do_and_a_repeat_makes_it_good(string operation, string fault, object? value, VendorFailure failure)
    {
        await FillAsync("g1", 3);
        await FillAsync("g2", 3, switchTo: false);
        using var asked = await _http.PostAsJsonAsync($"{Address}/_faults", new Dictionary<string, object?> { ["vendor"] = "typesense", ["operation"] = operation, ["fault"] = fault, ["value"] = value, ["times"] = 1 });
        asked.StatusCode.ShouldBe(HttpStatusCode.OK);
        Func<Task> call = operation switch
        {
            "search" => () => FindAsync("mug"),
            "import" => () => FillAsync("g2", 3, switchTo: false),
            _ => () => Search.SwitchAsync("products", "g2", CancellationToken.None),
        };
        (await Should.ThrowAsync<VendorException>(call)).Failure.ShouldBe(failure);
        await call();
        (await FindAsync("mug")).Total.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("invalid_key")]
    public async Task Without_a_key_nobody_gets_in(string key)
    {
        using var http = new HttpClient();
        if (key.Length > 0) http.DefaultRequestHeaders.Add("X-TYPESENSE-API-KEY", key);
        (await http.GetAsync(new Uri($"{Address}/typesense/collections"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static SearchQuery Query(string text) => new("products", text, [], [], null, 10, null);

    private static SearchWrite.Upsert Put(string id, long version, string title, string brand = "Acme", long price = 0) =>
        new(new SearchDocument(id, version, new Dictionary<string, object> { ["title"] = title, ["brand"] = brand, ["price"] = price, ["tags"] = (string[])["kitchen"] }));

    private async Task StartAsync()
    {
        _sandbox = SandboxApp.Create(new SandboxOptions { DataDirectory = _folder, Port = 0 });
        await _sandbox.StartAsync();
    }

    private async Task StopAsync()
    {
        await _sandbox!.StopAsync();
        await _sandbox.DisposeAsync();
    }

    private async Task FillAsync(string generation, int count, bool switchTo = true)
    {
        var search = Search;
        await search.PrepareAsync("products", generation, TypesenseStub.Fields, CancellationToken.None);
        foreach (var batch in Enumerable.Range(0, count).Select(id => Put($"p{id}", 1, $"Mug number{id}", price: id)).Chunk(search.Limits.MaxBatch))
            (await search.WriteAsync("products", generation, batch, CancellationToken.None)).ShouldBeEmpty();
        if (switchTo) await search.SwitchAsync("products", generation, CancellationToken.None);
    }

    private Task<SearchPage> FindAsync(string text) => Search.QueryAsync(Query(text), CancellationToken.None);

    private Task<JsonElement> LedgerAsync() => _http.GetFromJsonAsync<JsonElement>($"{Address}/_ledger/typesense");
}
