namespace Composable.Sandbox.Typesense;

/// <summary>How many slips lie between a word typed and a word of the index: a letter wrong, missing, too many, or two of them swapped.</summary>
internal static class Typos
{
    private const int LongestWord = 60;

    /// <summary>Slips from <paramref name="typed"/> to <paramref name="word"/>, or to a beginning of it; more than <paramref name="most"/> when there are more.</summary>
    public static int Between(string typed, string word, int most, bool beginning)
    {
        if (typed.Length > LongestWord || word.Length < typed.Length - most || (!beginning && word.Length > typed.Length + most))
        {
            return most + 1;
        }

        var columns = Math.Min(word.Length, typed.Length + most) + 1;
        Span<int> before = stackalloc int[columns];
        Span<int> above = stackalloc int[columns];
        Span<int> row = stackalloc int[columns];
        for (var column = 0; column < columns; column++)
        {
            above[column] = column;
        }

        for (var at = 1; at <= typed.Length; at++)
        {
            row[0] = at;
            var least = at;
            for (var column = 1; column < columns; column++)
            {
                var cost = typed[at - 1] == word[column - 1] ? 0 : 1;
                var slips = Math.Min(Math.Min(above[column] + 1, row[column - 1] + 1), above[column - 1] + cost);
                if (at > 1 && column > 1 && typed[at - 1] == word[column - 2] && typed[at - 2] == word[column - 1])
                {
                    slips = Math.Min(slips, before[column - 2] + 1);
                }

                row[column] = slips;
                least = Math.Min(least, slips);
            }

            if (least > most)
            {
                return most + 1;
            }

            var spare = before;
            before = above;
            above = row;
            row = spare;
        }

        return beginning ? Least(above) : above[columns - 1];
    }

    private static int Least(ReadOnlySpan<int> row)
    {
        var least = int.MaxValue;
        foreach (var slips in row)
        {
            least = Math.Min(least, slips);
        }

        return least;
    }
}
