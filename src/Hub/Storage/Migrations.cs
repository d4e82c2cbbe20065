using System.Globalization;
using System.Reflection;

namespace Composable.Hub.Storage;

/// <summary>Numbered SQL files, applied in order, each once. Later ones only expand; what nobody reads any more is dropped a release later.</summary>
internal static class Migrations
{
    public sealed record Migration(long Number, string Name, string Text)
    {
        /// <summary>The few words that the databases spell differently are written as <c>$word$</c> in the files.</summary>
        public string For(bool postgres)
        {
            var sections = Text.Split("-- PostgreSQL only", 2);
            var shared = sections[0].Split("-- SQLite only", 2);
            var text = postgres ? shared[0] + (sections.Length == 2 ? "--" + sections[1] : "") : sections[0];
            return text
                .Replace("$identity$", postgres ? "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal)
                .Replace("$binary$", postgres ? " COLLATE \"C\"" : "", StringComparison.Ordinal)
                .Replace("$json$", postgres ? "::json" : "", StringComparison.Ordinal)
                .Replace("$computed$", postgres ? "STORED" : "VIRTUAL", StringComparison.Ordinal)
                .Replace("$transaction$", postgres ? "bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)" : "bigint NOT NULL DEFAULT 0", StringComparison.Ordinal);
        }
    }

    public static IEnumerable<Migration> After(long applied)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource => Read(assembly, resource))
            .Where(migration => migration.Number > applied)
            .OrderBy(migration => migration.Number);
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var name = resource.Split('.')[^2];
        return new Migration(long.Parse(name.Split('_')[0], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
