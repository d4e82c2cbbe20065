using System.Text;
using Composable.Hub.Http;

namespace Composable.Hub.Tests.Http;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("100", "100")]
    [InlineData("-1.50", "-1.5")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000012300", "0.00000123")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("0.000000123", "1.23e-7")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("123456789012345678901", "123456789012345680000")]
    [InlineData("1000000000000000000000", "1e+21")]
    [InlineData("1.5E22", "1.5e+22")]
    [InlineData("1e23", "1e+23")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("9223372036854775807", "9223372036854776000")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("2.2250738585072014E-308", "2.2250738585072014e-308")]
    public void Numbers_are_written_as_ECMAScript_writes_them(string written, string canonical) => Of(written).ShouldBe(canonical);

    [Theory]
    [InlineData("""{"b":1,"a":[ 1 , 2 ],"ab":{}}""", """{"a":[1,2],"ab":{},"b":1}""")]
    [InlineData("""{"\u20ac":1,"$":2,"\ud83d\ude00":3,"\ufb33":4,"1":5}""", "{\"$\":2,\"1\":5,\"\u20ac\":1,\"\ud83d\ude00\":3,\"\ufb33\":4}")]
    [InlineData("""[true,false,null,""]""", """[true,false,null,""]""")]
    public void Members_are_sorted_by_UTF16_and_white_space_goes(string written, string canonical) => Of(written).ShouldBe(canonical);

    [Theory]
    [InlineData("\"\\u0041\\/\"", "\"A/\"")]
    [InlineData("\"\\u001F\\u000b\\b\\t\\n\\f\\r\"", "\"\\u001f\\u000b\\b\\t\\n\\f\\r\"")]
    [InlineData("\"\\u0022\\u005c\"", "\"\\\"\\\\\"")]
    [InlineData("\"<>&'+\\u2028\\u007f\"", "\"<>&'+\u2028\u007f\"")]
    public void Only_what_must_be_escaped_is_escaped(string written, string canonical) => Of(written).ShouldBe(canonical);

    [Fact]
    public void The_canonical_form_of_any_double_reads_back_as_the_same_double()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(number)) double.Parse(CanonicalJson.Number(number), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(number);
        }
    }

    private static string Of(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(json)));
}
