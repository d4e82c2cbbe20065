using System.Text;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

/// <summary>Some hundred requests that nobody sends by mistake. None may bring the hub to say that it failed.</summary>
public sealed class NastyRequestsTests
{
    private static readonly string[] Texts =
    [
        "", " ", "\\u0000", "a\\u0000b", "\\ud800", "\\udfff\\ud800", "\\ud83d\\ude00", "\\u202e", "\\uffff", "%00", "'; DROP TABLE carts; --", "{{7*7}}", "${jndi:x}", "../../etc/passwd",
        "<script>alert(1)</script>", "\\r\\nSet-Cookie: a=b", "NaN", "null", "\\u0001", "e\\u0301", "\\u0130\\u0131", "\\ufeff", "{0}", "%s%n", new string('a', 100_000), new string('é', 10_000), "\\\\", "a@b@c", "a b",
    ];

    private static readonly string[] Values =
    [
        "1e400", "-1e400", "1e-400", "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "2147483648", "-2147483648", "-1", "0", "-0", "1.5", "1.0", "true", "null", "[]", "{}", "\"1\"", "01", "+1", ".5", "0x10",
        "NaN", "Infinity", "1e5", "1_000",
    ];

    private static readonly string[] Ids =
    [
        "%00", "a%00b", "%", "%zz", "%c3%28", "%ed%a0%80", "%f0%9f%98%80", "%2e%2e", "..%2f..%2fetc", "%252e", "a%0d%0ab", "%27%20or%201=1--", "*", "~", "null", "cart_", ";a=b", "%5c", "%7b%7b", "a'b\"c", new string('a', 4000), new string('9', 300),
    ];

    private static readonly string[] Queries =
    [
        "?limit=0", "?limit=-1", "?limit=101", "?limit=99999999999999999999", "?limit=1e2", "?limit=%31%00", "?limit=", "?limit=a", "?limit=1&limit=2", "?limit=%D9%A1", "?cursor=a", "?cursor=%00", "?cursor=AAAA", "?cursor=W10", "?cursor=bnVsbA", "?cursor=WzFd",
        "?cursor=WyIxIl0", "?cursor=WyJhIiwiYiJd", "?cursor=WyIxIiwiYlx1MDAwMCJd", "?cursor=WyIxIiwiXHVkODAwIl0", "?cursor=WyI5OTk5OTk5OTk5OTk5OTk5OTk5OTkiLCJhIl0", "?cursor=WyItMSIsIiJd", "?cursor=W251bGwsbnVsbF0", "?cursor=====", "?cursor=é",
        "?category=%00", "?category=a&category=b", "?category=%ff%fe", "?market=XX", "?market=%00", "?market=", "?market=us", "?status=%00", "?status='", "?checkout=%00", "?checkout=%ed%a0%80", "?%00=1", "?=&&&=", "?a=%", "?[]=1", "?format=%00", "?from=x&to=y",
        "?from=9999-99-99", "?limit=5&cursor=" + "A",
    ];

    private static readonly (string, string)[] Headers =
    [
        ("If-Match", "x"), ("If-Match", "\"v99999999999999999999\""), ("If-Match", ",,,"), ("If-None-Match", "W/"), ("Hub-Market", "XX"), ("Hub-Market", "\u00ff"), ("Hub-Cart-Token", new string('a', 5000)), ("Hub-Cart-Token", "\u00e9"), ("Cookie", "hub_cart_token=%00; ;;="),
        ("traceparent", "x"), ("traceparent", "00-00000000000000000000000000000000-0000000000000000-00"), ("traceparent", new string('0', 3000)), ("Accept", "text/html"), ("Accept", "///"), ("Content-Encoding", "gzip"), ("Idempotency-Key", "\u00ff"), ("Idempotency-Key", ""),
        ("Idempotency-Key", new string('k', 256)), ("Idempotency-Key", "\"\""), ("X-HTTP-Method-Override", "DELETE"), ("Forwarded", "for=;host="), ("Range", "bytes=-1"), ("Expect", "x"), ("Authorization", "Basic :"), ("Authorization", "Bearer \u00ff"), ("Hub-Key", new string('p', 6000)),
    ];

    [Theory, OnBothDatabases]
    public async Task Nasty_bodies_never_break_the_hub(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var tried = 0;
        foreach (var route in ApiRoute.Of(shop).Where(route => route.Sample() is not null))
        {
            foreach (var body in Bodies(route.Body!.Name))
            {
                var path = route.Path(route.Pattern.Contains("/carts/", StringComparison.Ordinal) ? basket.CartId : route.Pattern.Contains("/checkouts/", StringComparison.Ordinal) ? basket.CheckoutId : "none_1");
                Check(await shop.CallAsync(route, body, path, headers: ("Hub-Cart-Token", basket.Token)), $"{route} {(body.Length > 200 ? body[..200] : body)}");
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(300);
    }

    [Theory, OnBothDatabases]
    public async Task Nasty_paths_queries_and_headers_never_break_the_hub(string database)
    {
        var shop = await TestShop.OnAsync(database);
        foreach (var route in ApiRoute.Of(shop).Where(route => route.Method == "GET" || route.Sample() is not null))
        {
            if (route.Pattern.Contains('{', StringComparison.Ordinal)) foreach (var id in Ids) Check(await shop.CallAsync(route, route.Sample(), route.Path(id)), $"{route} id {id}");
            if (route.Method == "GET") foreach (var query in Queries) Check(await shop.CallAsync(route, null, route.Path() + query), $"{route} {query}");
            foreach (var header in Headers) Check(await shop.CallAsync(route, route.Sample(), headers: header), $"{route} {header}");
        }
    }

    [Theory, OnBothDatabases]
    public async Task Bytes_that_are_not_UTF8_are_refused(string database)
    {
        var shop = await TestShop.OnAsync(database);
        foreach (var bytes in new[] { "7B22736B75223A22FF227D", "FFFE7B007D00", "7B22C3283A317D", "00", "7B7D00", "EFBBBF7B7D00", "7B22736B75223A22EDA080227D" })
            (await shop.RawAsync("POST", "/v1/carts", Convert.FromHexString(bytes), headers: ("Hub-Key", "pk_demo"))).ShouldBeProblem(400, "invalid_request", bytes);
    }

    private static IEnumerable<string> Bodies(string shape)
    {
        foreach (var text in Texts)
        {
            foreach (var body in OfText(shape, text)) yield return body;
        }

        foreach (var value in Values)
        {
            foreach (var body in OfValue(shape, value)) yield return body;
        }

        if (shape == "CreateCart") yield return $$"""{"lines":[{{Many("""{"sku":"a","quantity":1}""", 40_000)}}]}""";
        if (shape == "CreateCart") yield return $$"""{"lines":[{{Many("{}", 100_000)}}]}""";
        if (shape == "CartOperations") yield return $$"""{"operations":[{{Many("""{"addLine":{"sku":"a","quantity":1}}""", 25_000)}}]}""";
        if (shape == "CartOperations") yield return $$"""{"operations":[{{Many("null", 100_000)}}]}""";
    }

    private static IEnumerable<string> OfText(string shape, string text) => shape switch
    {
        "CreateCart" => [$$"""{"market":"{{text}}"}""", $$"""{"lines":[{"sku":"{{text}}","quantity":1}]}"""],
        "LineInput" => [$$"""{"sku":"{{text}}","quantity":1}"""],
        "CartOperations" =>
        [
            $$"""{"operations":[{"type":"{{text}}"}]}""", $$$"""{"operations":[{"addLine":{"sku":"{{{text}}}","quantity":1}}]}""", $$"""{"operations":[{"type":"applyCode","code":"{{text}}"}]}""", $$"""{"operations":[{"type":"setEmail","email":"{{text}}"}]}""",
            $$"""{"operations":[{"type":"removeLine","lineId":"{{text}}"}]}""", $$"""{"operations":[{"type":"chooseDelivery","optionId":"{{text}}"}]}""", $$$"""{"operations":[{"{{{text}}}":{}}]}""",
            $$$"""{"operations":[{"type":"setShippingAddress","address":{"name":"{{{text}}}","line1":"{{{text}}}","city":"{{{text}}}","postalCode":"1","country":"US"}}]}""",
        ],
        "CreateCheckout" => [$$"""{"cartId":"{{text}}"}"""],
        "PatchCheckout" => [$$"""{"email":"{{text}}"}""", $$"""{"deliveryOption":"{{text}}"}""", $$$"""{"shippingAddress":{"name":"A","line1":"{{{text}}}","city":"B","postalCode":"{{{text}}}","country":"{{{text}}}"}}"""],
        "CompleteCheckout" => [$$"""{"quoteToken":"{{text}}"}""", $$"""{"quoteToken":"q1.1.{{text}}.2"}""", $$$"""{"quoteToken":"a","payment":{"connection":"{{{text}}}","method":{"type":"{{{text}}}","token":"{{{text}}}"},"returnUrl":"{{{text}}}"}}"""],
        "PromotionInput" => [$$"""{"kind":"{{text}}"}""", $$$"""{"kind":"fixedAmount","amounts":{"{{{text}}}":1}}""", $$"""{"kind":"percentage","percent":1,"startsAt":"{{text}}"}"""],
        "SetPrice" => [$$"""{"sku":"{{text}}","currency":"USD","amount":1}""", $$"""{"sku":"a","currency":"{{text}}","amount":1}"""],
        "SetStock" => [$$"""{"sku":"{{text}}","onHand":1}"""],
        "RefundInput" or "CancelInput" => [$$"""{"reason":"{{text}}"}"""],
        "FulfillInput" => [$$"""{"trackingNumber":"{{text}}"}"""],
        "ReplayInput" => [$$"""{"consumer":"{{text}}"}"""],
        _ => [$$"""{"a":"{{text}}"}"""],
    };

    private static IEnumerable<string> OfValue(string shape, string value) => shape switch
    {
        "CreateCart" => [$$"""{"lines":[{"sku":"a","quantity":{{value}}}]}""", $$"""{"lines":{{value}}}""", $$"""{"market":{{value}}}"""],
        "LineInput" => [$$"""{"sku":"a","quantity":{{value}}}"""],
        "QuantityInput" => [$$"""{"quantity":{{value}}}"""],
        "CartOperations" => [$$"""{"operations":{{value}}}""", $$"""{"operations":[{{value}}]}""", $$$"""{"operations":[{"addLine":{{{value}}}}]}""", $$"""{"operations":[{"type":{{value}}}]}""", $$"""{"operations":[{"type":"setQuantity","lineId":"ln_1","quantity":{{value}}}]}"""],
        "PatchCheckout" => [$$"""{"shippingAddress":{{value}}}""", $$"""{"email":{{value}}}"""],
        "CompleteCheckout" => [$$"""{"quoteToken":{{value}}}""", $$"""{"quoteToken":"a","payment":{{value}}}"""],
        "PromotionInput" => [$$"""{"kind":"percentage","percent":{{value}}}""", $$$"""{"kind":"fixedAmount","amounts":{"USD":{{{value}}}}}""", $$"""{"kind":"percentage","percent":1,"maxUses":{{value}}}"""],
        "SetPrice" => [$$"""{"sku":"a","currency":"USD","amount":{{value}}}"""],
        "SetStock" => [$$"""{"sku":"a","onHand":{{value}}}"""],
        "CaptureInput" or "RefundInput" => [$$$"""{"amount":{"amount":{{{value}}},"currency":"USD"}}"""],
        "RotateAll" => [$$"""{"overlapSeconds":{{value}},"publishable":0}""", $$"""{"overlapSeconds":[{{value}}]}"""],
        _ => [value],
    };

    private static string Many(string item, int times) => string.Join(',', Enumerable.Repeat(item, times));

    private static void Check(Reply reply, string about)
    {
        reply.Status.ShouldBeLessThan(500, $"{about}: {reply.Json}");
        // A request that is no HTTP at all is turned away by the server before the hub sees it, without a body.
        if (reply.Status >= 400 && !(reply.Status is 400 or 417 or 431 && reply.Header("Trace-Id") is null)) reply.ShouldBeProblem(about);
    }
}
