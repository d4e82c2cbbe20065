using Composable.Bench;
using Shouldly;
using Xunit;

namespace Bench.Tests;

public sealed class JsonPickTests
{
    private static ReadOnlySpan<byte> Json => """{"quote":{"parts":{"a":[1,{"token":5}]},"x":1},"lines":[{"id":"li_1"},{"id":"li_2"}],"id":"chk_1","n":3,"none":null}"""u8;

    [Fact]
    public void A_member_of_the_outermost_object_is_found_past_nested_ones() => JsonPick.Text(Json, "id"u8).ShouldBe("chk_1");

    [Fact]
    public void The_first_of_a_list_is_found() => JsonPick.Inside(Json, "lines"u8, "id"u8).ShouldBe("li_1");

    [Fact]
    public void What_is_absent_or_no_string_is_null()
    {
        JsonPick.Text(Json, "n"u8).ShouldBeNull();
        JsonPick.Text(Json, "token"u8).ShouldBeNull();
        JsonPick.Inside(Json, "none"u8, "id"u8).ShouldBeNull();
        JsonPick.Inside(Json, "quote"u8, "id"u8).ShouldBeNull();
        JsonPick.Text("[]"u8, "id"u8).ShouldBeNull();
    }
}
