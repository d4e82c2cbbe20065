namespace Connectors.Tests.Remote;

/// <summary>A test against the example in Python. Without Python it is skipped, and says so; in CI it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WithPythonAttribute : TheoryAttribute
{
    public WithPythonAttribute()
    {
        if (!PythonConnector.IsThere && Environment.GetEnvironmentVariable("CI") != "true") Skip = "There is no python3 on this machine.";
    }
}
