namespace Connectors.Tests.Kit;

/// <summary>The project's own files, above the built tests.</summary>
public static class Sources
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Composable.sln"))) return at.FullName;
        throw new InvalidOperationException("The sources are not above the tests.");
    }
}
