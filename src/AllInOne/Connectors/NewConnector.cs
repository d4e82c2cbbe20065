using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;

namespace Composable.AllInOne.Connectors;

/// <summary>Writes the beginning of a connector: a project that compiles, asks its vendor at example paths, and has a red kit.</summary>
internal sealed partial class NewConnector(string name, string port, DirectoryInfo output)
{
    public static readonly string[] Ports = ["payments", "tax", "search", "content", "edge"];

    private const string WebhookSetting = """

            [Secret, Display(Name = "Webhook signing secret")]
            public string? WebhookSecret { get; init; }

        """;

    /// <summary>Exit code 0 when everything was written, 2 when something is in the way; then nothing was.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (Wrong() is { } wrong)
        {
            await Console.Error.WriteLineAsync(wrong);
            return 2;
        }

        foreach (var (file, text) in Files(FindSources(output) ?? FindSources(new DirectoryInfo(AppContext.BaseDirectory))))
        {
            var path = Path.Combine(output.FullName, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, cancellationToken);
            Console.WriteLine(path);
        }

        return 0;
    }

    private string? Wrong() =>
        !Name().IsMatch(name) ? "A connector's name begins with a letter and has up to 40 letters, digits and hyphens, such as acme or acme-pay."
        : !Ports.Contains(port) ? $"There are the ports {string.Join(", ", Ports)}."
        : output.Exists && output.EnumerateFileSystemInfos().Any() ? $"{output.FullName} is not empty; choose another directory with --output."
        : null;

    private IEnumerable<(string File, string Text)> Files(DirectoryInfo? sources)
    {
        yield return ($"{TypeName}.csproj", Fill("Connector.csproj", sources));
        yield return ("Directory.Build.props", Fill("Directory.Build.props", sources));
        yield return ($"{TypeName}.cs", Fill("Connector.cs", sources));
        yield return ($"{TypeName}Settings.cs", Fill("Settings.cs", sources));
        yield return ($"{TypeName}Client.cs", Fill("Client.head.cs", sources) + Fill($"Client.{port}.cs", sources) + Fill("Client.tail.cs", sources));
        yield return ($"{TypeName}Wire.cs", Fill("Wire.cs", sources));
        yield return ($"{TypeName}Errors.cs", Fill("Errors.cs", sources));
        yield return ("README.md", Fill("README.md", sources));
        // The kit is not part of a published all-in-one: it is where the sources are.
        if (sources is null) yield break;
        yield return ($"tests/{TypeName}.Tests.csproj", Fill("Tests.csproj", sources, below: "tests"));
        yield return ($"tests/{TypeName}Simulator.cs", Fill("Simulator.cs", sources));
        yield return ($"tests/{TypeName}Kit.cs", Fill($"Kit.{port}.cs", sources));
        if (!IsInside(sources)) yield return ("Directory.Packages.props", $"<Project>\n  <Import Project=\"{sources.FullName}/Directory.Packages.props\" />\n</Project>\n");
    }

    private string Fill(string template, DirectoryInfo? sources, string below = "")
    {
        using var reader = new StreamReader(typeof(NewConnector).Assembly.GetManifestResourceStream($"Composable.AllInOne.Connectors.Templates.{template}.txt")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n")
            .Replace("__sdk__", SdkReference(sources), StringComparison.Ordinal)
            .Replace("__root__", sources is null ? "" : PathTo(sources, below), StringComparison.Ordinal)
            .Replace("__webhookSetting__", port == "payments" ? WebhookSetting.ReplaceLineEndings("\n") : "", StringComparison.Ordinal)
            .Replace("__port__", port, StringComparison.Ordinal)
            .Replace("__Name__", TypeName, StringComparison.Ordinal)
            .Replace("__id__", name.ToLowerInvariant(), StringComparison.Ordinal);
    }

    private string SdkReference(DirectoryInfo? sources) => sources is null
        ? $"<Reference Include=\"Composable.Connectors.Sdk\" HintPath=\"{typeof(Connector).Assembly.Location}\" Private=\"false\" />"
        : $"<ProjectReference Include=\"{PathTo(sources, "")}/src/Connectors/Sdk/Composable.Connectors.Sdk.csproj\" Private=\"false\" ExcludeAssets=\"runtime\" />";

    private string PathTo(DirectoryInfo sources, string below) =>
        IsInside(sources) ? Path.GetRelativePath(Path.Combine(output.FullName, below), sources.FullName).Replace('\\', '/') : sources.FullName.Replace('\\', '/');

    private bool IsInside(DirectoryInfo sources) => output.FullName.StartsWith(sources.FullName + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private string TypeName => string.Concat(name.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static DirectoryInfo? FindSources(DirectoryInfo? at)
    {
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "src", "Connectors", "Sdk", "Composable.Connectors.Sdk.csproj"))) at = at.Parent;
        return at;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,39}$")]
    private static partial Regex Name();
}
