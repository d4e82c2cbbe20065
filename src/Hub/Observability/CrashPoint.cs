using System.Globalization;

namespace Composable.Hub.Observability;

/// <summary>
/// Named moments at which the process can be told to kill itself, so that recovery can be proven: <c>HUB_CRASH_AT=C08</c>, or <c>C08:3</c> for
/// the third time. Without the variable a call costs one comparison.
/// </summary>
internal static class CrashPoint
{
    private static readonly string? Armed;
    private static int remaining;

    static CrashPoint()
    {
        var setting = Environment.GetEnvironmentVariable("HUB_CRASH_AT")?.Split(':');
        Armed = setting?[0];
        remaining = setting is [_, var times] ? int.Parse(times, CultureInfo.InvariantCulture) : 1;
    }

    public static bool IsArmed(string name) => Armed == name && remaining == 1;

    public static void Reach(string name)
    {
        if (Armed is null || Armed != name || Interlocked.Decrement(ref remaining) != 0) return;
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
