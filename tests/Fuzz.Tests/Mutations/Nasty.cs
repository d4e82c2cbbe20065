using System.Text;

namespace Fuzz.Tests.Mutations;

/// <summary>Values at the edges of what readers, databases and people expect.</summary>
internal static class Nasty
{
    /// <summary>As they stand in JSON, some of which is not JSON.</summary>
    public static readonly IReadOnlyList<string> Numbers =
    [
        "0", "-1", "-0", "1", "100", "101", "2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "1e400", "-1e400", "1e-9", "1e-400", "1.5", "1.0", "1e3", "NaN", "Infinity", "\"NaN\"", "\"1\"", "01", "+1", ".5", "1.", "0x10", "1_000", "99999999999999999999999999999999999999",
    ];

    /// <summary>The inside of a JSON string, with its escapes.</summary>
    public static readonly IReadOnlyList<string> Strings =
    [
        "", " ", "a", "\\u0000", "a\\u0000b", "\\ud800", "\\udc00\\ud800", "a\\udfff", "\\u202eabc", "e\\u0301\\u0301\\u0301", "👩‍👩‍👧‍👦", "𝔘𝔫𝔦", "\\ud83d\\ude00", "\\uffff", "\\ufeff", "\\u0001", "\\u2028", "\\u0130", "ß", "ÅÅ", "%00", "%s%n", "{0}", "'", "\\\"", "\\\\",
        "' OR 1=1 --", "../../x", "<b>x</b>", "\\r\\nX-A: b", "null", "true", "a@b", "@", "a@b@c", "a\\tb", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2024-02-30", "javascript:x", "http://[::1", "//x", Long('a', 256), Long('a', 10_000), Long('ß', 10_000), Repeat("👍", 3_000), Repeat("\\u0301", 1_000),
    ];

    public static readonly IReadOnlyList<string> Others = ["true", "false", "null", "[]", "{}", "[null]", "[[]]", "{\"a\":1}", "\"x\"", "1", "[1,\"a\",{}]"];

    /// <summary>As they stand in an address.</summary>
    public static readonly IReadOnlyList<string> Ids =
    [
        "%00", "a%00b", "%2f", "a%2fb", "..%2f..%2fx", "%2e%2e", ".", "%", "%zz", "%c3%28", "%ed%a0%80", "%f0%9f%98%80", "%252e", "a%0d%0ab", "%27", "*", "~", "null", "0", "-1", "cart_", "chk_0", "ord_'", ";a=b", "%5c", "%7bid%7d", "%e2%80%ae", "e%cc%81", "%20", "%3f", "%23",
        Long('a', 300), Long('9', 3_000), Long('a', 7_000), Long('a', 9_000), Repeat("%c3%9f", 500),
    ];

    /// <summary>The value of a parameter, as it stands in an address.</summary>
    public static readonly IReadOnlyList<string> Queries =
    [
        "", "0", "-1", "1", "100", "101", "1e2", "1.5", "2147483648", "9223372036854775808", "99999999999999999999", "%31", "+1", "%2B1", "%D9%A1", "NaN", "null", "true", "%00", "a%00b", "%", "%zz", "%ff%fe", "%ed%a0%80", "%f0%9f%98%80", "%27", "%20", "%0d%0a", "[]", "a,b", "a:b:c", ":", "-", "-a:b",
        "price:1..2", "price:..", "price:9223372036854775808..", "price:-1..1", "attributes.:x", "attributes.a:%5c", "brand:", "category:%5c,", "available:maybe", "W10", "bnVsbA", "WzFd", "WyIxIl0", "WyJhIiwiYiJd", "WyIxIiwiYSJd", "WyIxIiwiYSIsImIiXQ", "WyI5OTk5OTk5OTk5OTk5OTk5OTk5IiwiYSJd", "WyItMSIsIiJd", "WyIxIiwiXHVkODAwIl0", "====",
        "AAAA", "US", "us", "XX", Long('a', 300), Long('1', 300), Long('a', 3_000), Repeat("%f0%9f%98%80", 257), Repeat("a%20", 500),
    ];

    public static readonly IReadOnlyList<string> Verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "Q", "X", "PURGE", "SEARCH"];

    public static readonly IReadOnlyList<(string Name, string Value)> Headers =
    [
        ("Idempotency-Key", ""), ("Idempotency-Key", "\"\""), ("Idempotency-Key", "a"), ("Idempotency-Key", Long('k', 255)), ("Idempotency-Key", Long('k', 256)), ("Idempotency-Key", "a, b"), ("Idempotency-Key", "é"), ("Idempotency-Key", "\"quoted\""),
        ("If-Match", "*"), ("If-Match", "x"), ("If-Match", ""), ("If-Match", "\"v0\""), ("If-Match", "\"v1\""), ("If-Match", "W/\"v1\""), ("If-Match", "\"v99999999999999999999\""), ("If-Match", ",,,"), ("If-Match", "\"v1\", \"v2\", \"v3\""), ("If-Match", Long('"', 500)), ("If-None-Match", "*"), ("If-None-Match", "W/"), ("If-None-Match", "\"v1\""),
        ("Hub-Key", ""), ("Hub-Key", "pk_"), ("Hub-Key", "sk_demo"), ("Hub-Key", Long('p', 6_000)), ("Hub-Key", "pk_dem\u00f6"), ("Authorization", ""), ("Authorization", "Bearer"), ("Authorization", "Bearer "), ("Authorization", "bearer sk_demo"), ("Authorization", "Bearer pk_demo"), ("Authorization", "Bearer a.b.c"), ("Authorization", "Basic OjpB"),
        ("Authorization", "Bearer sk_demo, Bearer sk_demo"), ("Authorization", "Bearer \u00ff"), ("Hub-Cart-Token", ""), ("Hub-Cart-Token", "x"), ("Hub-Cart-Token", Long('a', 5_000)), ("Hub-Cart-Token", "\u00e9"), ("Cookie", "hub_cart_token=%00; ;;="), ("Cookie", "hub_cart_token="), ("Cookie", Long(';', 300)), ("Hub-Market", "XX"), ("Hub-Market", ""), ("Hub-Market", "de"), ("Hub-Market", "\u00ff"),
        ("traceparent", "x"), ("traceparent", "00-00000000000000000000000000000000-0000000000000000-00"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("traceparent", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("traceparent", Long('0', 3_000)), ("tracestate", Long('=', 600)),
        ("Accept", "text/html"), ("Accept", "///"), ("Accept", ""), ("Accept", "application/json;q=0"), ("Accept", "*/*;q=2"), ("Accept-Encoding", "gzip, br, zstd;q=9"), ("Accept-Encoding", "identity;q=0"), ("Accept-Language", "xx-YY;q=-1"), ("Content-Encoding", "gzip"), ("Content-Encoding", "br"), ("Content-Encoding", "identity"), ("Content-Encoding", "identity, identity"),
        ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-For", "1.2.3.4, ::1"), ("X-Forwarded-Host", "evil.example"), ("Forwarded", "for=;host="), ("Range", "bytes=-1"), ("Range", "bytes=0-0,5-"), ("If-Modified-Since", "yesterday"), ("If-Modified-Since", "Fri, 31 Dec 9999 23:59:59 GMT"), ("Origin", "null"), ("Referer", "\u00ff"), ("User-Agent", Long('u', 4_000)), ("X-Long", Long('x', 40_000)),
        ("Content-Language", "x"), ("Last-Event-ID", "\u00a0"), ("Last-Event-ID", "-1"), ("Upgrade-Insecure-Requests", "1"), ("Sec-Fetch-Site", "cross-site"),
    ];

    public static readonly IReadOnlyList<string?> ContentTypes =
    [
        null, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json; charset=iso-8859-1", "application/json; charset=", "application/json;", "application/json;;", "application/json; charset=utf-8; charset=utf-16", "application/problem+json", "json", "/", "*/*",
        "application/json, text/plain", "Application/JSON", "application/json; charset=\"UTF-8\"",
    ];

    public static string Long(char of, int length) => new(of, length);

    public static string Repeat(string of, int times) => new StringBuilder(of.Length * times).Insert(0, of, times).ToString();
}
