namespace Browser.Tests;

/// <summary>A test in a real browser: skipped where there is none, which a CI run does not accept.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WithChromiumAttribute : FactAttribute
{
    public const string Path = "/usr/bin/chromium";

    public WithChromiumAttribute()
    {
        if (!File.Exists(Path) && Environment.GetEnvironmentVariable("CI") != "true") Skip = $"There is no {Path} on this machine.";
    }
}
