using System.Net;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Typesense;

public sealed class TypesenseWireTests
{
    private readonly TypesenseStub _typesense = new();

    public static TheoryData<int, VendorFailure> SearchFailures => new()
    {
        { 400, VendorFailure.Rejected }, { 422, VendorFailure.Rejected }, { 401, VendorFailure.Misconfigured }, { 403, VendorFailure.Misconfigured },
        { 404, VendorFailure.Misconfigured }, { 429, VendorFailure.RateLimited }, { 500, VendorFailure.Transient }, { 503, VendorFailure.Transient },
    };

    [Theory]
    [InlineData("https://search.example")]
    [InlineData("http://localhost:5090/typesense/")]
    public async Task The_check_asks_something_that_takes_the_key(string baseUrl)
    {
        _typesense.Answers("[]");
        await _typesense.Client(baseUrl).CheckAsync(CancellationToken.None);
        var sent = _typesense.Vendor.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Uri.AbsoluteUri).ShouldBe(("GET", $"{baseUrl.TrimEnd('/')}/collections?limit=1&exclude_fields=fields"));
        sent.Headers["X-TYPESENSE-API-KEY"].ShouldBe("key_canary");
    }

    [Fact]
    public async Task A_generation_is_a_collection_with_a_typed_schema()
    {
        _typesense.Answers("""{"name":"products_g1"}""");
        await _typesense.Client().PrepareAsync("products", "g1", TypesenseStub.Fields, CancellationToken.None);
        var sent = _typesense.Vendor.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Uri.AbsolutePath, sent.ContentType).ShouldBe(("POST", "/collections", "application/json"));
        using var body = JsonDocument.Parse(sent.Body);
        body.RootElement.GetProperty("name").GetString().ShouldBe("products_g1");
        body.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetRawText()).ShouldBe(
        [
            """{"name":"title","type":"string","optional":false,"facet":false,"index":true}""",
            """{"name":"brand","type":"string","optional":true,"facet":true,"index":true}""",
            """{"name":"brand__key","type":"string[]","optional":true,"facet":false,"index":true}""",
            """{"name":"tags","type":"string[]","optional":true,"facet":false,"index":true}""",
            """{"name":"price","type":"int64","optional":true,"facet":true,"sort":true,"index":true}""",
            """{"name":"available","type":"bool","optional":true,"facet":true,"index":true}""",
            """{"name":"hub_version","type":"int64","optional":true,"facet":false,"index":false}""",
        ]);
        using var spec = Specs.Open("typesense/openapi.json");
        if (spec is null) return;
        var schema = await TypesenseStub.SchemaAsync(spec, "CollectionSchema");
        schema.Validate(sent.Body).ShouldBeEmpty(sent.Body);
        body.RootElement.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(schema.Properties.Keys);
        var field = await TypesenseStub.SchemaAsync(spec, "Field");
        foreach (var one in body.RootElement.GetProperty("fields").EnumerateArray()) one.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(field.Properties.Keys);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("hub_version")]
    [InlineData("brand__key")]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData("title")]
    public async Task A_field_of_a_name_that_means_something_else_is_rejected_before_anything_is_sent(string name)
    {
        IReadOnlyList<SearchField> fields = [new("title", SearchFieldKind.Text, 1), new(name, SearchFieldKind.Keyword)];
        (await Should.ThrowAsync<VendorException>(() => _typesense.Client().PrepareAsync("products", "g1", fields, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Rejected);
        _typesense.Vendor.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_search_is_one_request_in_documented_parameters()
    {
        _typesense.Answers(TypesenseStub.Shape).Answers(TypesenseStub.Nothing).Answers(TypesenseStub.Nothing);
        var client = _typesense.Client();
        var query = TypesenseStub.Query("\"blue -mug") with
        {
            Filters = [new SearchFilter.OneOf("brand", ["a`b", "c"]), new SearchFilter.Between("price", -5, 100), new SearchFilter.Between("price", 1, null), new SearchFilter.Flag("available", true)],
            Facets = ["brand", "price"],
            Sort = new SearchSort("price", Descending: true),
        };
        await client.QueryAsync(query, CancellationToken.None);
        await client.QueryAsync(query with { Text = "" }, CancellationToken.None);

        _typesense.Vendor.Requests.Select(request => $"{request.Method} {request.Uri.AbsolutePath}")
            .ShouldBe(["GET /collections/products", "GET /collections/products/documents/search", "GET /collections/products/documents/search"]);
        var sent = TypesenseStub.Parameters(_typesense.Vendor.Requests[1]);
        (sent["q"], sent["query_by"], sent["query_by_weights"]).ShouldBe(("blue mug", "title,description", "5,1"));
        (sent["num_typos"], sent["min_len_1typo"], sent["prefix"], sent["drop_tokens_threshold"]).ShouldBe(("1", "5", "true", "0"));
        sent["filter_by"].ShouldMatch(@"^brand__key:=\[[0-9a-f]{32},[0-9a-f]{32}\] && price:\[-5\.\.100\] && price:>=1 && available:=true$");
        (sent["facet_by"], sent["max_facet_values"], sent["sort_by"]).ShouldBe(("brand,price", "50", "price(missing_values: last):desc"));
        (sent["limit"], sent["include_fields"], sent.ContainsKey("offset")).ShouldBe(("10", "id", false));
        TypesenseStub.Parameters(_typesense.Vendor.Requests[2])["q"].ShouldBe("*");

        using var spec = Specs.Open("typesense/openapi.json");
        if (spec is null) return;
        var schema = await TypesenseStub.SchemaAsync(spec, "SearchParameters");
        sent.Keys.ShouldBeSubsetOf(schema.Properties.Keys);
    }

    [Fact]
    public async Task A_search_too_long_for_an_address_goes_as_a_body()
    {
        _typesense.Answers(TypesenseStub.Shape).Answers($$"""{"results":[{{TypesenseStub.Nothing}}]}""").Answers("""{"results":[{"code":404,"error":"No collection"}]}""").Answers("""{"message":"x"}""");
        var values = Enumerable.Range(0, 200).Select(at => $"brand {at}").ToList();
        var client = _typesense.Client();
        var query = TypesenseStub.Query("mug") with { Filters = [new SearchFilter.OneOf("brand", values, Not: true)] };
        (await client.QueryAsync(query, CancellationToken.None)).Total.ShouldBe(0);

        var sent = _typesense.Vendor.Requests[1];
        (sent.Method, sent.Uri.AbsolutePath, sent.Uri.Query).ShouldBe(("POST", "/multi_search", ""));
        using var body = JsonDocument.Parse(sent.Body);
        var search = body.RootElement.GetProperty("searches").EnumerateArray().ShouldHaveSingleItem();
        search.GetProperty("collection").GetString().ShouldBe("products");
        search.GetProperty("filter_by").GetString()!.ShouldStartWith("brand__key:!=[");
        using var spec = Specs.Open("typesense/openapi.json");
        if (spec is null) return;
        (await TypesenseStub.SchemaAsync(spec, "MultiSearchSearchesParameter")).Validate(sent.Body).ShouldBeEmpty(sent.Body);
    }

    [Fact]
    public async Task An_answer_from_another_collection_than_expected_is_asked_for_again_with_its_fields()
    {
        var moved = TypesenseStub.Shape.Replace("g1", "g2", StringComparison.Ordinal).Replace("\"weight\":1,", "\"weight\":9,", StringComparison.Ordinal);
        var other = TypesenseStub.Nothing.Replace("g1", "g2", StringComparison.Ordinal);
        _typesense.Answers(TypesenseStub.Shape).Answers(other).Answers(moved).Answers(other);
        await _typesense.Client().QueryAsync(TypesenseStub.Query("mug"), CancellationToken.None);
        TypesenseStub.Parameters(_typesense.Vendor.Requests[3])["query_by_weights"].ShouldBe("9,5");
    }

    [Fact]
    public async Task Switching_points_the_alias_first_and_drops_only_the_indexs_own_collections()
    {
        _typesense.Answers("""{"name":"products_g2"}""").Answers("""{"collection_name":"products_g2","name":"products"}""")
            .Answers("""[{"name":"products_g2"},{"name":"products_g1"},{"name":"products-de_g1"},{"name":"products"},{"name":"pages_g1"},{"name":"products_g0"}]""")
            .Answers("""{"name":"products_g1"}""").Answers(HttpStatusCode.NotFound, "No collection with name products_g0 found.");
        await _typesense.Client().SwitchAsync("products", "g2", CancellationToken.None);
        _typesense.Vendor.Requests.Select(request => $"{request.Method} {request.Uri.PathAndQuery}").ShouldBe(
            ["GET /collections/products_g2", "PUT /aliases/products", "GET /collections?exclude_fields=fields", "DELETE /collections/products_g1", "DELETE /collections/products_g0"]);
        _typesense.Vendor.Requests[1].Body.ShouldBe("""{"collection_name":"products_g2"}""");
    }

    [Theory, MemberData(nameof(SearchFailures))]
    public async Task Errors_become_the_kind_that_decides_the_next_move(int status, VendorFailure failure)
    {
        _typesense.Answers(TypesenseStub.Shape);
        // What is remembered of the index may be outdated, so a refusal is asked about once more.
        if (status is 400 or 422) _typesense.Answers((HttpStatusCode)status, "secret mug").Answers(TypesenseStub.Shape);
        if (status is 404) _typesense.Answers((HttpStatusCode)status, "secret mug").Answers(TypesenseStub.Shape).Answers((HttpStatusCode)status, "secret mug").Answers(TypesenseStub.Shape);
        _typesense.Answers((HttpStatusCode)status, "secret mug key_canary");
        var thrown = await Should.ThrowAsync<VendorException>(() => _typesense.Client().QueryAsync(TypesenseStub.Query("secret mug"), CancellationToken.None));
        thrown.Failure.ShouldBe(failure);
        thrown.ToString().ShouldNotContain("secret");
        thrown.ToString().ShouldNotContain("key_canary");
    }

    [Fact]
    public async Task A_collection_that_somebody_else_made_is_misconfigured()
    {
        _typesense.Answers("""{"name":"products","fields":[],"num_documents":0,"created_at":0}""");
        (await Should.ThrowAsync<VendorException>(() => _typesense.Client().CurrentAsync("products", CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task A_strangers_404_is_not_an_empty_index()
    {
        _typesense.Vendor.Answers(HttpStatusCode.NotFound, "<html>", "text/html");
        (await Should.ThrowAsync<VendorException>(() => _typesense.Client().CurrentAsync("products", CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task The_last_page_that_can_be_reached_has_no_cursor()
    {
        var most = _typesense.Client().Limits;
        var hits = string.Join(',', Enumerable.Range(0, most.MaxPage).Select(id => $$$"""{"document":{"id":"p{{{id}}}"}}"""));
        var client = _typesense.Client();
        _typesense.Answers(TypesenseStub.Shape);
        string? cursor = null;
        for (var passed = 0; passed < most.MaxDepth; passed += most.MaxPage)
        {
            _typesense.Answers(TypesenseStub.Nothing.Replace("\"found\":0", "\"found\":50000", StringComparison.Ordinal).Replace("\"hits\":[]", $"\"hits\":[{hits}]", StringComparison.Ordinal));
            cursor = (await client.QueryAsync(TypesenseStub.Query("mug") with { Limit = most.MaxPage, Cursor = cursor }, CancellationToken.None)).NextCursor;
            (cursor is null).ShouldBe(passed + most.MaxPage >= most.MaxDepth);
        }

        TypesenseStub.Parameters(_typesense.Vendor.Requests[^1])["offset"].ShouldBe($"{most.MaxDepth - most.MaxPage}");
    }

    [Fact]
    public async Task What_shoppers_did_goes_to_the_analytics_rules_that_were_named()
    {
        var at = new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
        await _typesense.Client().RecordAsync("products", [new("click", "p1", "s1", "mug", at)], CancellationToken.None);
        _typesense.Vendor.Requests.ShouldBeEmpty("without rules there is nobody to tell");

        _typesense.Answers("""{"ok":true}""").Answers("""{"ok":true}""");
        await _typesense.Client(rules: "shop").RecordAsync("products", [new("click", "p1", "s1", "mug", at), new("purchase", "p/2", "s1", null, at)], CancellationToken.None);
        _typesense.Vendor.Requests.Select(request => $"{request.Uri.AbsolutePath} {request.Body}").ShouldBe(
        [
            """/analytics/events {"name":"shop_click","event_type":"click","data":{"user_id":"s1","doc_id":"p1","q":"mug"}}""",
            """/analytics/events {"name":"shop_purchase","event_type":"conversion","data":{"user_id":"s1","doc_id":"~cC8y"}}""",
        ]);
        using var spec = Specs.Open("typesense/openapi.json");
        if (spec is not null) (await TypesenseStub.SchemaAsync(spec, "AnalyticsEvent")).Validate(_typesense.Vendor.Requests[0].Body).ShouldBeEmpty();
    }

    [Fact]
    public void The_settings_schema_marks_the_key_as_secret_and_nothing_else()
    {
        var schema = Vendors.Get("typesense").SettingsSchema;
        schema["properties"]!.AsObject().Where(property => property.Value!["writeOnly"]?.GetValue<bool>() == true).Select(property => property.Key).ShouldBe(["apiKey"]);
        schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["apiKey", "baseUrl"]);
    }
}
