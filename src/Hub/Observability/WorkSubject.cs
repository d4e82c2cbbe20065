namespace Composable.Hub.Observability;

/// <summary>What the work at hand is about, such as a checkout, for the records of calls made on its behalf. Set in an async method it ends with it.</summary>
internal static class WorkSubject
{
    private static readonly AsyncLocal<string?> Flowing = new();

    public static string? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }
}
