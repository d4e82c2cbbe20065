using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Operations;

namespace Composable.Hub.Tests.Http.CardData;

/// <summary>PCI DSS: no card number and no security code is taken in anywhere, and none leaves a trace.</summary>
[Collection(CapturedLog.OneAtATime)]
public sealed class CardDataTests
{
    private const string SecurityCode = "cvc";

    private static readonly string[] Headers =
        ["User-Agent", "Idempotency-Key", "Hub-Market", "Hub-Cart-Token", "If-Match", "If-None-Match", "traceparent", "Accept-Language", "Referer", "X-Forwarded-For", "X-Card", "Via", "baggage"];

    [Theory, OnBothDatabases]
    public async Task A_card_number_anywhere_in_any_request_is_refused_and_leaves_no_trace(string database)
    {
        using var collector = new Collector();
        using var log = new CapturedLog();
        await using var shop = await TestShop.StartAsync(database, ("Logging:Level", "Debug"), ("Observability:OtlpEndpoint", collector.Url), ("Limits:Browse", "1000000"));
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var tried = 0;
        foreach (var (method, path, operation, document) in await Canary.OperationsAsync(shop))
        {
            var route = new ApiRoute(method, path, null);
            var home = route.Path(path.Contains("/carts/", StringComparison.Ordinal) ? basket.CartId : path.Contains("/checkouts/", StringComparison.Ordinal) ? basket.CheckoutId : "none_1");
            foreach (var (pointer, body) in Canary.Bodies(operation, document)) await RefusedAsync(route, home, body, pointer, $"{route} {pointer}");
            foreach (var name in Queries(operation)) await RefusedAsync(route, $"{home}{(home.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Canary.Number}", null, name, $"{route} ?{name}");
            if (path.Contains('{', StringComparison.Ordinal)) await RefusedAsync(route, route.Path(Canary.Number), null, "path", $"{route} path");
            foreach (var name in Headers) await RefusedAsync(route, home, null, name, $"{route} {name}", (name, Canary.Number));
        }

        async Task RefusedAsync(ApiRoute route, string path, string? body, string where, string about, params (string Name, string Value)[] headers)
        {
            tried++;
            var idempotency = headers.Any(header => header.Name == "Idempotency-Key") ? [] : new[] { ("Idempotency-Key", Guid.NewGuid().ToString("N")) };
            var token = headers.Any(header => header.Name == "Hub-Cart-Token") ? [] : new[] { ("Hub-Cart-Token", basket.Token) };
            var reply = await shop.RawAsync(route.Method, path, body is null ? null : Encoding.UTF8.GetBytes(body), headers: [Wire.Key(route), .. idempotency, .. token, .. headers]);
            reply.ShouldBeProblem(422, "pan_not_accepted", about);
            reply["errors"][0]!["pointer"]!.GetValue<string>().ShouldBe(where, about);
            reply.Json!.ToJsonString().ShouldNotContain(Canary.Number, Case.Sensitive, about);
        }

        (await shop.RawAsync(Canary.Number, "/v1/carts")).ShouldBeProblem(422, "pan_not_accepted", "as a method");
        tried.ShouldBeGreaterThan(700);
        (await Canary.KeptAsync(shop, Canary.Number)).ShouldBeEmpty();
        await shop.Hub.StopAsync();
        log.Text.ShouldContain("v1/carts/{id}");
        log.Text.ShouldNotContain(Canary.Number);
        var spans = collector.All;
        spans.ShouldContain("v1/carts/{id}");
        var at = spans.IndexOf(Canary.Number, StringComparison.Ordinal);
        at.ShouldBe(-1, at < 0 ? "" : spans[Math.Max(0, at - 300)..(at + 60)]);
    }

    private static IEnumerable<string> Queries(JsonNode operation) =>
        (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "query").Select(parameter => parameter!["name"]!.GetValue<string>()).Append("anything");

    public static TheoryData<string, string> Disguises => new()
    {
        { "application/json", """{"email":"4539 5787 6362 1486"}""" },
        { "application/json", """{"email":"4539-5787-6362-1486"}""" },
        { "application/json", """{"email":"\u0034539578763621486"}""" },
        { "application/json", """{"email":"４５３９５７８７６３６２１４８６"}""" },
        { "application/json", """{"email":"%34539578763621486"}""" },
        { "application/json", """{"email":4539578763621486}""" },
        { "application/json", """{"4539578763621486":1}""" },
        { "application/json", """{"card":{"CVC":"123"}}""" },
        { "application/json", """{"security-code":1234}""" },
        { "application/json", """{"email":"4539578763621486""" },
        { "application/x-www-form-urlencoded", "email=4539+5787+6362+1486" },
        { "application/x-www-form-urlencoded", "card%5Bcvc%5D=123" },
        { "application/x-www-form-urlencoded", "email=%34%35%33%39578763621486" },
        { "text/plain", "4539578763621486" },
        { "application/xml", "<number>4539578763621486</number>" },
    };

    [Theory, MemberData(nameof(Disguises))]
    public async Task However_it_is_written(string type, string body)
    {
        var shop = await TestShop.OnAsync("sqlite");
        foreach (var path in new[] { "/v1/carts", "/webhooks/stripe", "/webhooks/nobody" })
            (await shop.RawAsync("POST", path, Encoding.UTF8.GetBytes(body), type, ("Hub-Key", "pk_demo"))).ShouldBeProblem(422, "pan_not_accepted", $"{path} {body}");
    }

    [Theory]
    [InlineData("/v1/products/4539-5787-6362-1486", "path"), InlineData("/nowhere/4539578763621486", "path"), InlineData("/v1/products/%34539578763621486", "path"), InlineData("/v1/products/%2534539578763621486", "path")]
    [InlineData("/v1/search?q=my+card+4539+5787+6362+1486", "q"), InlineData("/v1/search?4539578763621486=a", "query"), InlineData("/v1/search?cvv=123", "cvv"), InlineData("/v1/search?q=%EF%BC%94539578763621486", "q")]
    public async Task In_a_path_or_query_it_is_named_by_its_place(string path, string where)
    {
        var reply = await (await TestShop.OnAsync("sqlite")).RawAsync("GET", path, headers: ("Hub-Key", "pk_demo"));
        reply.ShouldBeProblem(422, "pan_not_accepted", path);
        reply["errors"][0]!["pointer"]!.GetValue<string>().ShouldBe(where);
    }

    [Theory]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-4539578763621486-01"), InlineData("tracestate", "vendor=4539578763621486"), InlineData("X-Datadog-Trace-Id", "4539578763621486"), InlineData("Cookie", "_analytics=4539578763621486")]
    [InlineData("Idempotency-Key", "45395787-6362-4148-8123-123456789012"), InlineData("User-Agent", "a4539578763621486b")]
    public async Task A_random_number_of_a_tracing_tool_is_no_card(string name, string value) =>
        (await (await TestShop.OnAsync("sqlite")).RawAsync("GET", "/v1/categories", headers: [("Hub-Key", "pk_demo"), (name, value)])).Status.ShouldBe(200);

    [Theory, OnBothDatabases]
    public async Task A_vendors_notice_that_holds_a_card_number_is_not_stored_however_well_it_is_signed(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var simulator = new Simulator(shop);
        var body = Simulator.Notice("evt_with_a_card", "payment_intent.succeeded", "pi_1", "pay_1", 100).Replace("\"pi_1\"", $"\"pi_1\",\"note\":\"{Canary.Number}\"", StringComparison.Ordinal);
        body.ShouldContain(Canary.Number);

        (await simulator.NotifyAsync(body, Simulator.Signature(body, DateTimeOffset.UtcNow))).ShouldAnswer(422, "pan_not_accepted");

        (await Canary.KeptAsync(shop, Canary.Number, "evt_with_a_card")).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_row_of_an_import_that_holds_card_data_is_rejected_and_the_others_are_taken(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        string Row(string slug, string more) => $$$"""{"slug":"{{{slug}}}","title":"A","variants":[{"sku":"{{{slug}}}","prices":{"USD":1}}]{{{more}}}}""";
        var lines = string.Join('\n', Row("plain", ""), Row("card", $",\"description\":\"{Canary.Number}\""), Row("escaped", ",\"brand\":\"\\u0034539578763621486\""), Row("tags", ",\"description\":\"4539<b>5787</b>6362&#49;486\""),
            Row("code", ",\"attributes\":{\"cvc\":\"123\"}"), Row("barcode", ",\"attributes\":{\"gtin\":\"36227206271667\",\"note\":\"4006381333931\"}"), $"not JSON {Canary.Number}");
        var jsonl = await ImportAsync(shop, "jsonl", lines);
        (jsonl["accepted"]!.GetValue<long>(), jsonl["rejected"]!.GetValue<long>()).ShouldBe((2, 5));

        var csv = await ImportAsync(shop, "shopify-csv", $"Handle,Title,Variant Price,Variant SKU,Variant Barcode,cvv\nb1,B,1.00,s1,36227206271667,\nb2,B,1.00,{Canary.Number},,\nb3,\"{Canary.Number}\",1.00,s3,,\nb4,B,1.00,s4,,123\n");
        (csv["accepted"]!.GetValue<long>(), csv["rejected"]!.GetValue<long>()).ShouldBe((1, 3));

        var orders = await ImportAsync(shop, "online-retail", $"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,{Canary.Number},A,1,2011-01-01 10:00:00,1.00,1,UK\n2,A1,A,1,2011-01-01 10:00:00,{Canary.Number},1,UK\n3,A2,A,1,2011-01-01 10:00:00,1.00,1,UK\n");
        (orders["accepted"]!.GetValue<long>(), orders["rejected"]!.GetValue<long>()).ShouldBe((1, 2));

        foreach (var import in new[] { jsonl, csv, orders })
            (await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/imports/{import["id"]}/rejections")).List("items").Select(row => row!["reason"]!.GetValue<string>()).ShouldAllBe(reason => reason.StartsWith("pan_not_accepted", StringComparison.Ordinal));
        (await Canary.KeptAsync(shop, Canary.Number, "39578763621486")).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_purchase_keeps_no_more_of_a_card_than_its_last_four_digits(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox", default) > 0)).ShouldBeTrue();

        (await Canary.KeptAsync(shop, "4242424242424242", $"\"{SecurityCode}\"")).ShouldBeEmpty();
    }

    private static async Task<JsonObject> ImportAsync(TestShop shop, string format, string file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/admin/imports?format={format}") { Content = new StringContent(file) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sk_demo");
        using var response = await shop.Http.SendAsync(request);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!.AsObject();
    }
}
