using System.Diagnostics;
using System.Globalization;

namespace Crash.Tests;

/// <summary>Where the published program is, what it listens on and where its state lives.</summary>
/// <param name="Database">PostgreSQL; SQLite in <paramref name="Data"/> when null.</param>
/// <param name="Hubs">2: a second hub, without a sandbox of its own, works on the same database.</param>
internal sealed record Installation(string Assembly, int Port, string Data, string? Database, int Hubs = 1)
{
    public const string PublishedVariable = "COMPOSABLE_PUBLISHED";

    public Uri Hub => new($"http://localhost:{Port}");
    public Uri Sandbox => new($"http://localhost:{Port + 10}");
    public Uri SecondHub => new($"http://localhost:{Port + 1}");
    public IReadOnlyList<Uri> AllHubs => Hubs == 2 ? [Hub, SecondHub] : [Hub];

    public IEnumerable<string> Switches =>
    [
        "--port", Port.ToString(CultureInfo.InvariantCulture), "--data", Data, .. Database is null ? Array.Empty<string>() : ["--db", Database],
    ];

    /// <summary>The second hub is configured as one of many machines is: the shop's settings, with addresses from the environment.</summary>
    public IEnumerable<string> SecondSwitches => ["--settings", Path.Combine(Path.GetDirectoryName(Assembly)!, "appsettings.json"), "--urls", SecondHub.ToString()];

    public IEnumerable<(string Name, string Value)> SecondEnvironment =>
    [
        ("COMPOSABLE_Storage__Connection", Database!),
        ("COMPOSABLE_Hub__InstanceId", "hub_second"),
        ("COMPOSABLE_Connections__0__Settings__BaseUrl", new Uri(Sandbox, "/stripe").ToString()),
        ("COMPOSABLE_Connections__1__Settings__BaseUrl", new Uri(Sandbox, "/taxjar").ToString()),
        ("COMPOSABLE_Checkout__ReturnUrl", new Uri(SecondHub, "/checkout/return").ToString()),
    ];

    /// <summary>The program to run: the one <c>COMPOSABLE_PUBLISHED</c> names, or one published now.</summary>
    public static async Task<string> PublishAsync(CancellationToken cancellationToken)
    {
        var folder = Environment.GetEnvironmentVariable(PublishedVariable);
        if (string.IsNullOrEmpty(folder))
        {
            folder = Directory.CreateTempSubdirectory("composable-published-").FullName;
            await RunDotnetAsync(["publish", Path.Combine(Repository(), "src", "AllInOne"), "-c", "Release", "-o", folder, "-v", "q", "--nologo"], cancellationToken);
        }
        var assembly = Path.Combine(folder, "composable.dll");
        return File.Exists(assembly) ? assembly : throw new FileNotFoundException($"There is no composable.dll in {folder}.");
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Composable.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No Composable.sln above the tests: set {PublishedVariable} to a published program.");
    }

    private static async Task RunDotnetAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(5));
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        if (process.ExitCode != 0) throw new InvalidOperationException($"Publishing failed:{Environment.NewLine}{output}");
    }
}
