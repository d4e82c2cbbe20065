using System.Globalization;

namespace Composable.Bench;

/// <summary>CPU time a process has used, in milliseconds, from <c>/proc</c>. Linux only.</summary>
internal static class ProcessCpu
{
    // The kernel reports in USER_HZ, which is 100 on every architecture .NET runs on.
    private const double MillisecondsPerTick = 10;

    /// <summary>Of the process alone. Null when it is not there.</summary>
    public static double? Of(int? pid) => pid is { } id && Read(id) is { } stat ? stat.Own * MillisecondsPerTick : null;

    /// <summary>Of the process, its children that have ended, and its children that live. Null when it is not there.</summary>
    /// <remarks>A PostgreSQL backend that ends is added to its postmaster's <c>cutime</c> and <c>cstime</c>, so nothing is lost or counted twice.</remarks>
    public static double? OfFamily(int? pid)
    {
        if (pid is not { } id || Read(id) is not { } parent)
        {
            return null;
        }

        var ticks = parent.Own + parent.EndedChildren;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture, out var other)
                && Read(other) is { } child && child.Parent == id)
            {
                ticks += child.Own + child.EndedChildren;
            }
        }

        return ticks * MillisecondsPerTick;
    }

    private static (int Parent, long Own, long EndedChildren)? Read(int pid)
    {
        string line;
        try
        {
            line = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
        }
        catch (IOException)
        {
            // It ended between listing and reading.
            return null;
        }

        // The name in brackets may hold spaces; what follows it starts with the third field, the state.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return ((int)Number(1), Number(11) + Number(12), Number(13) + Number(14));

        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
    }
}
