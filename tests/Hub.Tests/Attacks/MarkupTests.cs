using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 15, markup in what customers write: no browser takes anything that the hub answers for a page. Row 23, formulas: there is no spreadsheet to put them into.</summary>
public sealed class MarkupTests
{
    private static readonly string[] Markup =
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "\"><script>alert(1)</script>", "javascript:alert(1)", "<!doctype html><html><body onload=alert(1)>", "<meta http-equiv=refresh content=0>",
        "</textarea><script>alert(1)</script>", "{{constructor.constructor('alert(1)')()}}", "<iframe srcdoc='<script>alert(1)</script>'>", "<a href=\"data:text/html,x\">", "+ADw-script+AD4-alert(1)", "<%= 7*7 %>", "=HYPERLINK(\"http://x\")",
    ];

    [Theory, OnBothDatabases]
    public async Task Row_15_markup_that_customers_write_comes_back_as_text_that_no_browser_runs(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        foreach (var markup in Markup)
        {
            var address = new { name = markup, line1 = markup, line2 = markup, city = markup, company = markup, phone = "1", region = "TX", postalCode = "78701", country = "US" };
            var shopper = await Shopper.RegisterAsync(client);
            (await shopper.SendAsync(HttpMethod.Patch, "/v1/customers/me", new { name = markup })).ShouldAnswer(200).Text("name").ShouldBe(markup, "kept as it was written");
            (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/addresses", new { address })).ShouldAnswer(201);
            var basket = await client.FillAsync(sku, address: address);
            var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
            (string Path, string Key)[] readings = [($"/v1/carts/{basket.CartId}", "pk_demo"), ($"/v1/checkouts/{basket.CheckoutId}", "pk_demo"), ($"/v1/orders/{order}", "pk_demo"), ($"/admin/orders/{order}", "sk_demo"), ("/admin/orders", "sk_demo"), ("/admin/audit", "sk_demo")];
            foreach (var (path, key) in readings)
                foreach (var accept in (string[])["text/html", "*/*", "application/xhtml+xml,text/html;q=0.9"]) ShouldBeData(await client.SendAsync(HttpMethod.Get, path, key: key, token: basket.Token, headers: ("Accept", accept)), path);
            foreach (var path in (string[])["/v1/customers/me", "/v1/customers/me/addresses", "/v1/customers/me/export"]) ShouldBeData(await shopper.SendAsync(HttpMethod.Get, path, headers: ("Accept", "text/html")), path);
            // What was refused is not shown as a page either.
            foreach (var path in (string[])[$"/{Uri.EscapeDataString(markup)}", $"/v1/products/{Uri.EscapeDataString(markup)}", $"/v1/search?q={Uri.EscapeDataString(markup)}", $"/checkout/return?x={Uri.EscapeDataString(markup)}"])
                ShouldBeData(await client.SendAsync(HttpMethod.Get, path, headers: ("Accept", "text/html")), path);
        }
    }

    [Fact]
    public async Task Row_23_nothing_is_exported_that_a_spreadsheet_would_open()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var types = (await Http.CardData.Canary.OperationsAsync(shop)).SelectMany(operation => operation.Operation["responses"]!.AsObject()).SelectMany(response => response.Value!["content"]?.AsObject().Select(content => content.Key) ?? []).Distinct();

        types.Order(StringComparer.Ordinal).ShouldBe(["application/json", "application/problem+json", "text/event-stream"]);
        foreach (var route in ApiRoute.Of(shop).Where(route => route.Method == "GET" && !route.Pattern.EndsWith("/events", StringComparison.Ordinal)))
            (await shop.CallAsync(route, null, headers: ("Accept", "text/csv, application/vnd.ms-excel"))).Raw.Content.Headers.ContentType?.MediaType.ShouldBeOneOf("application/json", "application/problem+json");
    }

    private static void ShouldBeData(Reply reply, string path)
    {
        reply.Raw.Content.Headers.ContentType!.MediaType.ShouldBeOneOf("application/json", "application/problem+json", "text/plain");
        reply.Header("X-Content-Type-Options").ShouldBe("nosniff", path);
        reply.Header("Content-Security-Policy").ShouldBe("default-src 'none'; frame-ancestors 'none'", path);
        reply.Header("X-Frame-Options").ShouldBe("DENY", path);
    }
}
