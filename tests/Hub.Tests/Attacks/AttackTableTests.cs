using System.Reflection;
using System.Text.RegularExpressions;
using Composable.Hub.Tests.Contracts;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Holds the table of attacks and the tests together: no row without a test, and no test that the table does not name.</summary>
public sealed partial class AttackTableTests
{
    private const int Rows = 25;

    private static readonly string Text = File.ReadAllText(Path.Combine(ContractFilesTests.Root, "tests", "Hub.Tests", "Attacks", "README.md"));

    private static IReadOnlyList<(int Row, string Name)> Tests =>
    [
        .. from type in typeof(AttackTableTests).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
           where method.GetCustomAttributes<FactAttribute>(inherit: true).Any() && RowOf().IsMatch(method.Name)
           select (int.Parse(RowOf().Match(method.Name).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), $"{type.Name}.{method.Name}"),
    ];

    [Fact]
    public void Every_row_is_tested_or_says_why_it_cannot_apply()
    {
        var cannot = Text[Text.IndexOf("## Cannot apply", StringComparison.Ordinal)..];
        for (var row = 1; row <= Rows; row++) (Tests.Any(test => test.Row == row) || cannot.Contains($"| {row} |", StringComparison.Ordinal)).ShouldBeTrue($"row {row} has neither a test nor a reason");
        Tests.ShouldAllBe(test => test.Row >= 1 && test.Row <= Rows);
    }

    [Fact]
    public void The_table_names_every_test_in_its_row_and_no_other()
    {
        var named = Text.Split('\n').Select(line => (Row: LineOf().Match(line), Line: line)).Where(line => line.Row.Success)
            .SelectMany(line => TestOf().Matches(line.Line).Select(match => (int.Parse(line.Row.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), match.Groups[1].Value))).ToList();

        named.Order().ShouldBe(Tests.Order());
    }

    [GeneratedRegex("^Row_([0-9]{2})_")]
    private static partial Regex RowOf();

    [GeneratedRegex(@"^\| ([0-9]+) \|")]
    private static partial Regex LineOf();

    [GeneratedRegex(@"`([A-Za-z]+\.Row_[A-Za-z0-9_]+)`")]
    private static partial Regex TestOf();
}
