using System.Text;
using Composable.Hub.Http.CardData;

namespace Composable.Hub.Tests.Http.CardData;

public sealed class CardNumbersTests
{
    [Theory]
    [InlineData("4242424242424242"), InlineData("4222222222222"), InlineData("5555555555554444"), InlineData("2223003122003222"), InlineData("378282246310005"), InlineData("6011111111111117")]
    [InlineData("3056930009020004"), InlineData("36227206271667"), InlineData("3566002020360505"), InlineData("6205500000000000004"), InlineData("6759649826438453"), InlineData("2200000000000004")]
    [InlineData("4242 4242 4242 4242"), InlineData("4242-4242-4242-4242"), InlineData("3782 822463 10005"), InlineData("4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2"), InlineData("42424242-42424242")]
    [InlineData("4242\u00a04242\u00a04242\u00a04242"), InlineData("4242\u20114242\u20114242\u20114242"), InlineData("42424242\u200b42424242")]
    [InlineData("４２４２４２４２４２４２４２４２"), InlineData("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢")]
    [InlineData("my card is 4242424242424242, thanks"), InlineData("Apt 12 4242 4242 4242 4242"), InlineData("4242 4242 4242 4242 12 29"), InlineData("card:4242424242424242;"), InlineData("x-4242424242424242-y"), InlineData("4242424242424242.")]
    [InlineData("Apt B12 4242 4242 4242 4242"), InlineData("1234 4242 4242 4242 4242"), InlineData("+4242424242424242"), InlineData("no.4242424242424242")]
    public void A_card_number_is_found(string text)
    {
        CardNumbers.IsIn(text).ShouldBeTrue();
        for (var before = 0; before < 30; before++) CardNumbers.IsIn(new string('a', before) + "/" + text + " " + new string('b', before)).ShouldBeTrue($"{before} letters before it");
    }

    [Theory]
    [InlineData("4242424242424241"), InlineData("1234567890123456"), InlineData("42424242424242"), InlineData("4242424242424242424242"), InlineData("4242 4242")]
    [InlineData("4006381333931"), InlineData("4549995186550"), InlineData("9780306406157")]
    [InlineData("+4915123456789"), InlineData("+49 1512 3456789"), InlineData("+1 (512) 555-0199 ext. 12345"), InlineData("0049 30 1234567 89")]
    [InlineData("cart_4242424242424242"), InlineData("a4242424242424242"), InlineData("4242424242424242f"), InlineData("0.4242424242424242")]
    [InlineData("42424242-4242-4242-8123-123456789012")]
    [InlineData("9400 1118 9922 3857 4268 14"), InlineData("9400 4242 4242 4242 4242 14"), InlineData("sizes 35 36 37 38 39 40 41 42"), InlineData("2026-11-21 18:18:45.123456")]
    [InlineData("1763749125000"), InlineData("1763749125000000000"), InlineData("4242  4242  4242  4242"), InlineData("")]
    public void What_only_looks_like_one_is_not(string text) => CardNumbers.IsIn(text).ShouldBeFalse();

    [Fact]
    public void Of_random_UUIDs_none_is_a_card()
    {
        var random = new Random(7);
        var bytes = new byte[16];
        for (var i = 0; i < 200_000; i++)
        {
            random.NextBytes(bytes);
            // Decimal digits only, which is where one would be taken for a card.
            for (var at = 0; at < 16; at++) bytes[at] = (byte)(((bytes[at] >> 4) % 10 << 4) | ((bytes[at] & 15) % 10));
            CardNumbers.IsIn(new Guid(bytes).ToString()).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_long_text_of_digits_and_gaps_is_looked_through_once()
    {
        CardNumbers.IsIn(string.Concat(Enumerable.Repeat("1 ", 1 << 19))).ShouldBeFalse();
        CardNumbers.IsIn(new string('4', 1 << 20)).ShouldBeFalse();
        CardNumbers.IsIn(string.Concat(Enumerable.Repeat("12 ", 1 << 18)) + "x 4242424242424242").ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"a":{"b":["x","4242424242424242"]}}""", "/a/b/1")]
    [InlineData("""{"a":4242424242424242}""", "/a")]
    [InlineData("""{"a":4242424242424242.0}""", "/a")]
    [InlineData("""{"a":"\u0034242424242424242"}""", "/a")]
    [InlineData("""{"a~/b":"%34242424242424242"}""", "/a~0~1b")]
    [InlineData("""{"x":{"4242424242424242":1}}""", "/x")]
    [InlineData("""{"4242424242424242":1}""", "")]
    [InlineData("""{"card":{"cvc":"123"}}""", "/card/cvc")]
    [InlineData("""{"Card_Code":1234}""", "/Card_Code")]
    [InlineData("""{"CVV-2":" 123 "}""", "/CVV-2")]
    [InlineData("""{"\u0063vc":"123"}""", "/cvc")]
    [InlineData("""{"security code":["123"]}""", "/security code/0")]
    [InlineData("""{"a":"4242424242424242""", "")]
    [InlineData("""not JSON 4242424242424242""", "")]
    [InlineData("""{"cvc":"12"}""", null)]
    [InlineData("""{"cvc":"token_1"}""", null)]
    [InlineData("""{"code":"123","last4":"4242","quantity":1234}""", null)]
    [InlineData("""{"gtin":"36227206271667","ean":["36227206271667"]}""", null)]
    [InlineData("""{"gtin":"4242424242424242"}""", "/gtin")]
    [InlineData("""{"network_transaction_id":"378282246310005"}""", null)]
    [InlineData("""{"number":"378282246310005"}""", "/number")]
    public void It_is_told_where_in_a_body_and_never_what(string json, string? where) => CardScan.InJson(Encoding.UTF8.GetBytes(json)).ShouldBe(where);

    [Theory]
    [InlineData("a=1&number=4242+4242+4242+4242", "number")]
    [InlineData("number=%34%32424242424242%34%32", "number")]
    [InlineData("card%5Bcvc%5D=123", "card[cvc]")]
    [InlineData("4242424242424242=1", "")]
    [InlineData("barcode=36227206271667&b=", null)]
    public void And_where_in_a_form(string form, string? where) => CardScan.InForm(form).ShouldBe(where);
}
