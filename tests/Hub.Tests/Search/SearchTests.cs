using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Search;

public sealed class SearchTests
{
    [Theory, OnBothDatabases]
    public async Task The_product_that_is_named_comes_first(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        (await client.SlugsAsync("q=fjordlight lantern"))[0].ShouldBe("fjordlight-lantern");
        (await client.SlugsAsync("q=fjordlihgt"))[0].ShouldBe("fjordlight-lantern");
        (await client.SlugsAsync("q=TENT-RIDGE2")).ShouldBe(["ridge-2-tent"]);
        (await client.SlugsAsync("q=qqqqzzzz")).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task When_nothing_has_all_the_words_those_that_say_least_are_left_out(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        var reply = await client.GetAsync("/v1/search?q=qqqqzzzz%20ridge%20tent&limit=1");
        reply.ShouldAnswer(200).Text("items/0/product/slug").ShouldNotBeNull().ShouldStartWith("ridge-");
        reply.List("understood/leftOut").Select(word => word!.GetValue<string>()).ShouldBe(["qqqqzzzz"]);
        reply.List("understood/terms").Select(word => word!.GetValue<string>()).ShouldBe(["ridge", "tent"]);

        (await client.GetAsync("/v1/search?q=fjordlight%20tent")).List("understood/leftOut").Count.ShouldBe(1);
        var light = await client.GetAsync("/v1/search?q=qqqqzzzz%20light&limit=1");
        (await client.GetAsync($"/v1/search?q=qqqqzzzz%20light&limit=1&cursor={light.Text("nextCursor")}")).ShouldAnswer(200).List("items").ShouldHaveSingleItem();
    }

    [Theory, OnBothDatabases]
    public async Task An_answer_has_products_reasons_facets_and_what_was_understood(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        var reply = await client.GetAsync("/v1/search?q=fjordlihgt%20lantern&market=DE");
        reply.ShouldAnswer(200).Header("Hub-Degraded").ShouldBeNull();
        reply.Header("Server-Timing").ShouldNotBeNull().ShouldContain("search;desc=\"embedded-search\"");
        var first = reply.List("items")[0]!;
        first["product"]!.ToJsonString().ShouldBe((await client.GetAsync("/v1/products/fjordlight-lantern?market=DE")).Json!.ToJsonString());
        first["why"]!.AsArray().Select(why => why!.GetValue<string>()).ShouldBe(["fjordlight", "lantern"], ignoreOrder: true);
        first["score"]!.GetValue<double>().ShouldBeGreaterThan(0);
        reply.List("understood/terms").Select(term => term!.GetValue<string>()).ShouldBe(["fjordlight", "lantern"]);
        (reply.Text("understood/corrections/0/typed"), reply.Text("understood/corrections/0/read")).ShouldBe(("fjordlihgt", "fjordlight"));
        reply.Text("understood/mode").ShouldBe("lexical");
        reply.Number("total").ShouldBeGreaterThan(0);
        reply.List("facets").Select(facet => facet!["field"]!.GetValue<string>()).ShouldContain("brand");
    }

    [Theory, OnBothDatabases]
    public async Task A_facet_says_how_to_keep_to_its_value_and_how_many_that_leaves(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        var all = await client.GetAsync("/v1/search");
        all.Number("total").ShouldBe(150);
        foreach (var facet in all.List("facets"))
        {
            foreach (var value in facet!["values"]!.AsArray().Take(3))
            {
                var kept = await client.GetAsync($"/v1/search?filter={Uri.EscapeDataString(value!["filter"]!.GetValue<string>())}");
                kept.ShouldAnswer(200).Number("total").ShouldBe(value["count"]!.GetValue<long>(), value["filter"]!.ToString());
                var others = await client.GetAsync($"/v1/search?filter=-{Uri.EscapeDataString(value["filter"]!.GetValue<string>())}");
                others.ShouldAnswer(200).Number("total").ShouldBe(150 - value["count"]!.GetValue<long>(), "-" + value["filter"]);
            }
        }
    }

    [Theory, OnBothDatabases]
    public async Task Prices_filter_and_sort_in_the_currency_of_the_market(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        foreach (var market in new[] { "US", "JP" })
        {
            var reply = await client.GetAsync($"/v1/search?market={market}&filter=price:2000..5000&sort=price&limit=100");
            var prices = PricesOf(reply);
            prices.ShouldNotBeEmpty();
            prices.ShouldAllBe(price => price >= 2000 && price <= 5000);
            prices.ShouldBeInOrder();
            PricesOf(await client.GetAsync($"/v1/search?market={market}&filter=price:2000..5000&sort=-price&limit=100")).ShouldBe(Enumerable.Reverse(prices));
        }

        var titles = (await client.GetAsync("/v1/search?sort=title&limit=100")).List("items").Select(item => item!["product"]!["title"]!.GetValue<string>().ToLowerInvariant()).ToList();
        titles.ShouldBe(titles.Order(StringComparer.Ordinal));
        (await client.GetAsync("/v1/search?market=GB&filter=price:0..")).ShouldAnswer(200).Number("total").ShouldBe(0, "nothing has a price there");
    }

    [Theory, OnBothDatabases]
    public async Task Pages_lead_through_all_products_once(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        foreach (var query in new[] { "q=light", "sort=price", "filter=category:outdoor&sort=newest" })
        {
            var total = (await client.GetAsync($"/v1/search?{query}")).Number("total");
            var (ids, cursor) = (new List<string>(), "");
            for (var pages = 0; pages < 100 && cursor is not null; pages++)
            {
                var page = await client.GetAsync($"/v1/search?{query}&limit=7&cursor={cursor}");
                ids.AddRange(page.ShouldAnswer(200).List("items").Select(item => item!["product"]!["id"]!.GetValue<string>()));
                cursor = page.Text("nextCursor");
            }

            (ids.Count, ids.Distinct().Count()).ShouldBe(((int)total, (int)total), query);
        }

        var next = (await client.GetAsync("/v1/search?q=light&limit=1")).Text("nextCursor")!;
        (await client.GetAsync($"/v1/search?q=tent&limit=1&cursor={next}")).ShouldBeProblem(400, "invalid_request", "another question");
        (await client.GetAsync($"/v1/search?q=light&limit=1&cursor={next[..^3]}AAA")).ShouldBeProblem(400, "invalid_request", "forged");
        (await client.GetAsync("/v1/search?cursor=WyJhIiwiYiIsImMiXQ")).ShouldBeProblem(400, "invalid_request", "of another list");
    }

    [Theory]
    [InlineData("sort=cheapest", "sort")]
    [InlineData("mode=psychic", "mode")]
    [InlineData("limit=0", "limit")]
    [InlineData("filter=brand", "filter")]
    [InlineData("filter=:x", "filter")]
    [InlineData("filter=-", "filter")]
    [InlineData("filter=brand:", "filter")]
    [InlineData("filter=colour:red", "filter")]
    [InlineData("filter=attributes.:red", "filter")]
    [InlineData("filter=price:a..b", "filter")]
    [InlineData("filter=price:..", "filter")]
    [InlineData("filter=price:5..4", "filter")]
    [InlineData("filter=price:-5..4", "filter")]
    [InlineData("filter=price:1..99999999999999999999", "filter")]
    [InlineData("filter=-price:1..2", "filter")]
    [InlineData("filter=available:maybe", "filter")]
    [InlineData("filter=brand:a&filter=price:x", "filter")]
    public async Task What_cannot_be_understood_is_refused_and_named(string query, string parameter)
    {
        var reply = await (await TestShop.OnAsync("sqlite")).Client().GetAsync($"/v1/search?{query}");
        reply.ShouldBeProblem(400, "invalid_request", query);
        reply.Text("errors/0/pointer").ShouldBe(parameter);
    }

    [Theory, OnBothDatabases]
    public async Task No_text_breaks_the_search(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        string[] texts = ["\"", "'", "''; DROP TABLE products; --", "a AND", "NEAR(a b)", "title:x", "*", "a*", "^a", "(", ")", "{a b}: c", "-", "+", "\\", "a\\", ":*", "&", "|", "!", "<->", "'a':*", "%", "_", "🎉", "🎉 lantern", "雪", "\u200b", "\u202e", "\ud83c", new('a', 4000), string.Join(' ', Enumerable.Repeat("lantern", 400)), "a\tb\nc", "İı", "ﬀ", "null", "0", "-1", "1e5"];
        foreach (var text in texts)
        {
            var query = text == "\ud83c" ? "%ed%a0%bc" : Uri.EscapeDataString(text);
            (await client.GetAsync($"/v1/search?q={query}")).ShouldAnswer(200).Header("Hub-Degraded").ShouldBeNull(text);
            (await client.GetAsync($"/v1/search/suggest?q={query}")).ShouldAnswer(200).Header("Hub-Degraded").ShouldBeNull(text);
            if (query.Length < 3000) (await client.GetAsync($"/v1/search?filter=brand:{query}x&filter=-attributes.{query}a:{query}b")).Status.ShouldBeOneOf(200, 400);
        }

        (await client.GetAsync("/v1/search?q=a%00b")).ShouldBeProblem(400, "invalid_request", "NUL");
    }

    [Theory, OnBothDatabases]
    public async Task Suggestions_complete_what_is_typed(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        var suggestions = (await client.GetAsync("/v1/search/suggest?q=lan")).ShouldAnswer(200).List("items").Select(item => item!["text"]!.GetValue<string>()).ToList();
        suggestions.ShouldContain(text => text.Contains("lantern", StringComparison.OrdinalIgnoreCase));
        (await client.GetAsync("/v1/search/suggest?q=lan&limit=1")).List("items").Count.ShouldBe(1);
        (await client.GetAsync("/v1/search/suggest")).ShouldAnswer(200).List("items").ShouldBeEmpty();
        (await client.GetAsync("/v1/search/suggest?q=a&limit=21")).ShouldBeProblem(400, "invalid_request", "limit");
    }

    [Theory, OnBothDatabases]
    public async Task Meaning_falls_back_to_words_and_says_so(string database)
    {
        var client = await SearchFloor.DemoAsync(database);
        var reply = await client.GetAsync("/v1/search?q=lantern&mode=semantic");
        reply.ShouldAnswer(200).Header("Hub-Degraded").ShouldBe("semantic");
        reply.List("items").ShouldNotBeEmpty();
        (await client.GetAsync("/v1/search?q=lantern&mode=lexical")).ShouldAnswer(200).Header("Hub-Degraded").ShouldBeNull();
    }

    private static List<long> PricesOf(Reply reply) =>
        [.. reply.ShouldAnswer(200).List("items").Select(item => item!["product"]!["variants"]!.AsArray().Min(variant => variant!["price"]!["amount"]!.GetValue<long>()))];
}
