namespace Connectors.Tests.Kit;

public static class Samples
{
    /// <summary>Every three letters that are a currency.</summary>
    public static IReadOnlyList<string> Currencies { get; } =
    [
        .. from first in Enumerable.Range('A', 26)
           from second in Enumerable.Range('A', 26)
           from third in Enumerable.Range('A', 26)
           let code = $"{(char)first}{(char)second}{(char)third}"
           where Composable.Connectors.Sdk.Currencies.IsKnown(code)
           select code,
    ];
}
