using System.Net;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.TaxJar;

public sealed class TaxJarWireTests
{
    private const string Missing = """{"error":"Not Found","detail":"Resource can not be found","status":404}""";
    private const string Exists = """{"error":"Unprocessable Entity","detail":"Provider tranx already imported for your user account","status":422}""";

    private readonly StubVendor _taxjar = new();

    private static TaxAddress Austin => new("US", "TX", "78701", "Austin", "1 Main St");

    private static TaxRequest Request => new("USD", Austin, [new TaxItem("1", 2, 1000, 1, 1999, "20010"), new TaxItem("2", 1, 250, 0, 250, null)], 500, PricesIncludeTax: false);

    private static TaxSale Sale => new("ord_1", new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(2)), Request, Quote);

    private static TaxQuote Quote => new(227, new Dictionary<string, long> { ["1"] = 165, ["2"] = 21 }, 41, [new TaxLine("Sales tax", 0.0825m, 227)]);

    private static TaxRefund Refund => new("ref_1", "ord_1", new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), "USD", Austin, 1000, 83);

    public static TheoryData<int, VendorFailure> Failures => new()
    {
        { 400, VendorFailure.Rejected }, { 404, VendorFailure.Rejected }, { 406, VendorFailure.Rejected }, { 401, VendorFailure.Misconfigured },
        { 403, VendorFailure.Misconfigured }, { 429, VendorFailure.RateLimited }, { 503, VendorFailure.OutcomeUnknown },
    };

    [Fact]
    public async Task Bodies_satisfy_the_vendors_own_schema()
    {
        using var spec = Specs.Open("taxjar/openapi.json");
        if (spec is null) return;
        _taxjar.Answers("""{"tax":{"amount_to_collect":0}}""").Answers("{}").Answers("{}").Answers("""{"addresses":[]}""");
        await Client().QuoteAsync(Request, CancellationToken.None);
        await Client().CommitAsync(Sale, CancellationToken.None);
        await Client().RefundAsync(Refund, CancellationToken.None);
        await Client().CheckAddressAsync(Austin, CancellationToken.None);
        foreach (var (request, name) in _taxjar.Requests.Zip(["TaxRequest", "OrderRequest", "RefundRequest", "AddressRequest"]))
        {
            var schema = await Specs.SchemaAsync(spec.RootElement, name);
            schema.Validate(request.Body).ShouldBeEmpty($"{name}: {request.Body}");
            using var body = JsonDocument.Parse(request.Body);
            body.RootElement.EnumerateObject().Select(member => member.Name).ShouldBeSubsetOf(schema.Properties.Keys);
        }
    }

    [Theory]
    [InlineData("http://localhost:5090/taxjar")]
    [InlineData("http://localhost:5090/taxjar/")]
    [InlineData("https://api.taxjar.com")]
    public async Task The_quote_is_asked_in_exact_major_units_below_the_base_url(string baseUrl)
    {
        _taxjar.Answers("""{"tax":{"amount_to_collect":0}}""");
        await Client(baseUrl).QuoteAsync(Request, CancellationToken.None);
        var sent = _taxjar.Requests.ShouldHaveSingleItem();
        (sent.Uri.AbsoluteUri, sent.Headers["Authorization"], sent.ContentType).ShouldBe(($"{baseUrl.TrimEnd('/')}/v2/taxes", "Bearer token_1", "application/json"));
        using var body = JsonDocument.Parse(sent.Body);
        var (root, line) = (body.RootElement, body.RootElement.GetProperty("line_items")[0]);
        (root.GetProperty("amount").GetRawText(), root.GetProperty("shipping").GetRawText()).ShouldBe(("22.49", "5"));
        (line.GetProperty("unit_price").GetRawText(), line.GetProperty("discount").GetRawText(), line.GetProperty("quantity").GetInt32()).ShouldBe(("10", "0.01", 2));
        (root.GetProperty("from_zip").GetString(), root.GetProperty("to_zip").GetString(), line.GetProperty("product_tax_code").GetString()).ShouldBe(("94025", "78701", "20010"));
    }

    [Fact]
    public async Task The_vendors_total_stands_when_its_lines_do_not_add_up_to_it()
    {
        // 4 x 2.50 at 8.625 %: 0.86 together, 0.22 each.
        _taxjar.Answers("""
            {"tax":{"amount_to_collect":0.86,"rate":0.08625,"breakdown":{"state_tax_collectable":0.63,"state_tax_rate":0.0625,"city_tax_collectable":0.24,"city_tax_rate":0.02375,
             "line_items":[{"id":"0","tax_collectable":0.22},{"id":"1","tax_collectable":0.22},{"id":"2","tax_collectable":0.22},{"id":"3","tax_collectable":0.22}]}}}
            """);
        var quote = await Client().QuoteAsync(Request with { Items = [.. Enumerable.Range(0, 4).Select(id => new TaxItem($"{id}", 1, 250, 0, 250, null))] }, CancellationToken.None);
        quote.Total.ShouldBe(86);
        quote.Items.Values.Order().ShouldBe([21L, 21, 22, 22]);
        quote.Lines.ShouldBe([new TaxLine("State sales tax", 0.0625m, 62), new TaxLine("City sales tax", 0.02375m, 24)]);
    }

    [Fact]
    public async Task Without_nexus_there_is_no_breakdown_and_no_tax()
    {
        _taxjar.Answers("""{"tax":{"amount_to_collect":0.0,"rate":0.0,"has_nexus":false,"freight_taxable":false}}""");
        var quote = await Client().QuoteAsync(Request, CancellationToken.None);
        (quote.Total, quote.Shipping, quote.Lines.Count).ShouldBe((0, 0, 0));
        quote.Items.Values.ShouldAllBe(tax => tax == 0);
    }

    [Fact]
    public async Task Prices_with_tax_inside_use_the_rate_that_was_found()
    {
        _taxjar.Answers("""
            {"tax":{"amount_to_collect":22.61,"rate":0.19,"breakdown":{"line_items":[{"id":"1","taxable_amount":119.0,"tax_collectable":22.61,"combined_tax_rate":0.19},
             {"id":"2","taxable_amount":0,"tax_collectable":0,"combined_tax_rate":0.19}]}}}
            """);
        var items = new[] { new TaxItem("1", 1, 11_900, 0, 11_900, null), new TaxItem("2", 1, 1_000, 0, 1_000, "exempt") };
        var quote = await Client().QuoteAsync(Request with { Items = items, Shipping = 0, PricesIncludeTax = true }, CancellationToken.None);
        (quote.Total, quote.Items["1"], quote.Items["2"]).ShouldBe((1_900, 1_900, 0));
    }

    [Theory]
    [InlineData("""{"tax":{}}""")]
    [InlineData("""{"tax":{"amount_to_collect":-1}}""")]
    [InlineData("""{"tax":{"amount_to_collect":"much"}}""")]
    public async Task An_unusable_quote_is_transient_because_asking_records_nothing(string answer)
    {
        _taxjar.Answers(answer);
        (await Should.ThrowAsync<VendorException>(() => Client().QuoteAsync(Request, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task A_sale_is_recorded_with_shipping_in_the_amount_and_the_tax_beside_it()
    {
        _taxjar.Answers(HttpStatusCode.Created, "{}");
        await Client().CommitAsync(Sale, CancellationToken.None);
        using var body = JsonDocument.Parse(_taxjar.Requests.ShouldHaveSingleItem().Body);
        Texts(body, "transaction_id", "transaction_date", "amount", "shipping", "sales_tax").ShouldBe(["ord_1", "2026-11-21T10:00:00Z", "27.49", "5", "2.27"]);
    }

    [Fact]
    public async Task A_sale_with_tax_inside_its_prices_is_recorded_without_it()
    {
        _taxjar.Answers(HttpStatusCode.Created, "{}");
        await Client().CommitAsync(Sale with { Sale = Request with { PricesIncludeTax = true } }, CancellationToken.None);
        using var body = JsonDocument.Parse(_taxjar.Requests.ShouldHaveSingleItem().Body);
        Texts(body, "amount", "shipping", "sales_tax").ShouldBe(["25.22", "4.59", "2.27"]);
        var lines = body.RootElement.GetProperty("line_items").EnumerateArray().ToList();
        var goods = lines.Sum(line => line.GetProperty("quantity").GetInt32() * line.GetProperty("unit_price").GetDecimal() - line.GetProperty("discount").GetDecimal());
        (goods + 4.59m).ShouldBe(25.22m);
    }

    [Fact]
    public async Task A_sale_that_exists_is_replaced()
    {
        _taxjar.Answers(HttpStatusCode.UnprocessableEntity, Exists).Answers("{}");
        await Client().CommitAsync(Sale, CancellationToken.None);
        _taxjar.Requests.Select(request => $"{request.Method} {request.Uri.AbsolutePath}").ShouldBe(["POST /v2/transactions/orders", "PUT /v2/transactions/orders/ord_1"]);
        _taxjar.Requests[1].Body.ShouldBe(_taxjar.Requests[0].Body);
    }

    [Theory]
    [InlineData("-10.0", "-0.83", null)]
    [InlineData("\"-10.0\"", "\"-0.83\"", null)]
    [InlineData("-9.0", "-0.83", VendorFailure.Rejected)]
    public async Task A_refund_that_exists_is_done_when_it_is_the_same(string amount, string tax, VendorFailure? failure)
    {
        _taxjar.Answers(HttpStatusCode.UnprocessableEntity, Exists)
            .Answers($$$"""{"refund":{"transaction_id":"ref_1","transaction_reference_id":"ord_1","amount":{{{amount}}},"shipping":0,"sales_tax":{{{tax}}}}}""");
        var thrown = await Record.ExceptionAsync(() => Client().RefundAsync(Refund, CancellationToken.None));
        (thrown as VendorException)?.Failure.ShouldBe(failure!.Value);
        (thrown is null).ShouldBe(failure is null);
        _taxjar.Requests.Select(request => request.Method).ShouldBe(["POST", "GET"]);
    }

    [Fact]
    public async Task A_void_of_nothing_is_done_but_a_strangers_404_is_not()
    {
        _taxjar.Answers(HttpStatusCode.NotFound, Missing).Answers(HttpStatusCode.NotFound, "<html>", "text/html");
        await Client().VoidAsync("ord_1", CancellationToken.None);
        (await Should.ThrowAsync<VendorException>(() => Client().VoidAsync("ord_1", CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task Errors_become_the_kind_that_decides_the_next_move(int status, VendorFailure failure)
    {
        _taxjar.Answers((HttpStatusCode)status, $$"""{"error":"E","detail":"1 Main St token_1","status":{{status}}}""");
        var thrown = await Should.ThrowAsync<VendorException>(() => Client().CommitAsync(Sale, CancellationToken.None));
        thrown.Failure.ShouldBe(failure);
        thrown.ToString().ShouldNotContain("token_1");
        thrown.ToString().ShouldNotContain("Main St");
    }

    private static IEnumerable<string> Texts(JsonDocument body, params string[] names) => names.Select(name => body.RootElement.GetProperty(name).ToString());

    private ITax Client(string baseUrl = "https://api.taxjar.com") => (ITax)Vendors.Connect("taxjar", new
    {
        apiKey = "token_1",
        baseUrl,
        fromAddress = new { country = "US", region = "CA", postalCode = "94025", city = "Menlo Park" },
    }, _taxjar.Client());
}
