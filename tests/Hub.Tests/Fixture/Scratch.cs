using System.Collections.Concurrent;

namespace Composable.Hub.Tests.Fixture;

/// <summary>Folders of the tests, which go when the run ends: databases are still open in them until then.</summary>
internal static class Scratch
{
    private static readonly ConcurrentBag<string> Folders = [];

    static Scratch() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var folder in Folders)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // Something is still being written; it stays.
            }
        }
    };

    public static string Folder(string what)
    {
        var folder = Directory.CreateTempSubdirectory($"composable-{what}-").FullName;
        Folders.Add(folder);
        return folder;
    }
}
