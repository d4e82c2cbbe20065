using System.Text.RegularExpressions;
using Composable.Hub.Http;

namespace Composable.Hub.Tests.Contracts;

public sealed partial class CodesTests
{
    [Fact]
    public void Every_code_of_a_problem_is_listed_and_every_listed_code_is_used()
    {
        var used = Directory.EnumerateFiles(Path.Combine(ContractFilesTests.Root, "src", "Hub"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(file => Literal().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value)).Distinct().Order(StringComparer.Ordinal).ToList();
        used.Except(Codes.All).ShouldBeEmpty();

        // This one is passed on by name.
        Codes.All.Except(used).ShouldBe([Composable.Hub.Checkout.Steps.AfterUndo.CanceledByShopper]);
    }

    [Fact]
    public void Codes_are_sorted_and_in_snake_case()
    {
        Codes.All.ShouldBe(Codes.All.Order(StringComparer.Ordinal).Distinct());
        Codes.All.ShouldAllBe(code => Snake().IsMatch(code));
    }

    [GeneratedRegex(@"(?:new|Refusal)\(\s*(?:[45]\d\d|status|\w+ \? \d\d\d : \d\d\d)\s*,\s*(?:[\w <]+ \? )?""(?<code>[a-z_]+)""(?: : ""(?<code>[a-z_]+)"")?")]
    private static partial Regex Literal();

    [GeneratedRegex("^[a-z]+(_[a-z]+)*$")]
    private static partial Regex Snake();
}
