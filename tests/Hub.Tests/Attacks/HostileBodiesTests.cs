using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 21, bodies that want to become objects or to be endless: no route makes a type of their choice, or reads on for long.</summary>
public sealed class HostileBodiesTests
{
    private static readonly string[] Types = ["System.IO.FileInfo, System.IO.FileSystem", "System.Windows.Data.ObjectDataProvider, PresentationFramework", "System.Diagnostics.Process, System"];

    [Fact]
    public async Task Row_21_a_type_that_a_body_names_is_an_unknown_member()
    {
        var shop = await TestShop.OnAsync("sqlite");
        foreach (var route in Routes(shop))
        {
            foreach (var type in Types)
            {
                foreach (var name in (string[])["$type", "__type", "@class", "$id", "$ref", "$values"])
                {
                    var body = route.Sample()!.Insert(1, $"\"{name}\":\"{type}\"" + (route.Sample() == "{}" ? "" : ","));
                    (await shop.CallAsync(route, body)).ShouldBeProblem(400, "invalid_request", $"{route} {body}");
                }
            }

            (await shop.CallAsync(route, $$$"""{"$type":"{{{Types[0]}}}","fileName":"/etc/passwd","a":{"$type":"{{{Types[1]}}}"}}""")).ShouldBeProblem(400, "invalid_request", $"{route}");
        }
    }

    [Fact]
    public async Task Row_21_a_million_items_or_levels_are_refused_before_they_are_read()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var (long1, long2) = ($"[{string.Join(',', Enumerable.Repeat("1", 1_000_000))}]", $$"""{"lines":[{{string.Join(',', Enumerable.Repeat("0", 500_000))}}]}""");
        var members = $"{{{string.Join(',', Enumerable.Range(0, 70_000).Select(number => $"\"m{number}\":1"))}}}";
        var deep = new string('[', 1_000_000);
        foreach (var route in Routes(shop))
            foreach (var body in (string[])[long1, long2, members, deep, "{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}"])
                (await shop.CallAsync(route, body)).Status.ShouldBeOneOf([400, 413], $"{route} {body[..20]}");
    }

    [Fact]
    public async Task Row_21_halves_of_letters_are_refused_wherever_they_stand()
    {
        var shop = await TestShop.OnAsync("sqlite");
        foreach (var route in Routes(shop))
        {
            foreach (var half in (string[])["\\ud800", "\\udc00", "\\ud800\\ud800", "a\\udfffb"])
            {
                (await shop.CallAsync(route, $$"""{"{{half}}":1}""")).ShouldBeProblem(400, "invalid_request", $"{route} {half} as a name");
                (await shop.CallAsync(route, $$$"""{"a":{"b":["{{{half}}}"]}}""")).ShouldBeProblem(400, "invalid_request", $"{route} {half} as a value");
            }
        }
    }

    private static IEnumerable<ApiRoute> Routes(TestShop shop) => ApiRoute.Of(shop).Where(route => route.Sample() is not null);
}
