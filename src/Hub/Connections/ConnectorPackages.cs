using System.Reflection;
using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <param name="Package">The folder's name.</param>
/// <param name="Why">For staff, in our words; the rest is in the log.</param>
internal sealed record BrokenPackage(string Package, string Why);

/// <summary>
/// Connectors that somebody put into <c>Connectors:Folder</c>, a folder each. What cannot be loaded is logged and listed, and never keeps the hub
/// from starting. Packages are read once: a new one is there after a restart.
/// </summary>
internal sealed partial class ConnectorPackages
{
    private const int Most = 100;

    private readonly List<(string Package, Connector Connector)> _loaded = [];
    private readonly List<BrokenPackage> _broken = [];
    private readonly HashSet<string> _taken;
    private readonly ILogger _logger;

    public ConnectorPackages(IConfiguration configuration, IEnumerable<Connector> builtIn, ILogger<ConnectorPackages> logger)
    {
        (_taken, _logger) = ([.. builtIn.Select(connector => connector.Id)], logger);
        if (configuration["Connectors:Folder"] is not { Length: > 0 } folder || !Directory.Exists(folder)) return;
        // In one order everywhere, so that of two packages with one id every hub takes the same.
        var packages = Directory.EnumerateDirectories(Path.GetFullPath(folder)).Order(StringComparer.Ordinal).ToList();
        foreach (var package in packages.Take(Most)) Load(package);
        foreach (var package in packages.Skip(Most)) Refuse(package, $"there are more than {Most} packages");
    }

    public IEnumerable<Connector> Connectors => _loaded.Select(entry => entry.Connector);

    public IReadOnlyList<BrokenPackage> Broken => _broken;

    /// <summary>The package a connector came in; null for one that is part of the hub.</summary>
    public string? PackageOf(Connector connector) => _loaded.Find(entry => entry.Connector == connector).Package;

    private void Load(string folder)
    {
        try
        {
            var types = new PackageLoadContext(MainAssembly(folder)).LoadMain().GetExportedTypes();
            var connectors = types.Where(type => type.IsSubclassOf(typeof(Connector)) && !type.IsAbstract && type.GetConstructor([]) is not null).ToList();
            if (connectors.Count == 0) Refuse(folder, "it has no public connector with a constructor without parameters");
            foreach (var type in connectors) Take(folder, type);
        }
        // Whatever a stranger's package throws is its own trouble.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Refuse(folder, $"it cannot be loaded ({Explain(error)})", error);
        }
    }

    private void Take(string folder, Type type)
    {
        try
        {
            var connector = (Connector)Activator.CreateInstance(type)!;
            // What the list will ask for is asked here, where a mistake is still harmless.
            if (connector.Ports.Count == 0 || connector.SettingsSchema is null || string.IsNullOrWhiteSpace(connector.Name)) Refuse(folder, $"{type.FullName} says no port, no schema or no name");
            else if (!Name().IsMatch(connector.Id)) Refuse(folder, $"the id of {type.FullName} is not made of up to 40 lower-case letters, digits and hyphens");
            else if (!_taken.Add(connector.Id)) Refuse(folder, $"there is another connector '{connector.Id}'");
            else _loaded.Add((Path.GetFileName(folder), connector));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Refuse(folder, $"{type.FullName} cannot be made ({Explain(error)})", error);
        }
    }

    /// <summary>The assembly named like its folder, else the only one that was built as a component of its own.</summary>
    private static string MainAssembly(string folder)
    {
        var named = Path.Combine(folder, Path.GetFileName(folder) + ".dll");
        if (File.Exists(named)) return named;
        var components = Directory.EnumerateFiles(folder, "*.deps.json").Select(file => file[..^".deps.json".Length] + ".dll").Where(File.Exists).Take(2).ToList();
        return components is [var only] ? only : throw new FileNotFoundException($"it needs an assembly {Path.GetFileName(folder)}.dll, or one with a .deps.json");
    }

    private void Refuse(string folder, string why, Exception? error = null)
    {
        _broken.Add(new(Path.GetFileName(folder), why));
        Log.Refused(_logger, folder, why, error);
    }

    /// <summary>The type says enough to staff; messages may hold paths.</summary>
    private static string Explain(Exception error) => error is TargetInvocationException { InnerException: { } inner } ? inner.GetType().Name : error.GetType().Name;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex Name();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The connector package {Folder} is left out: {Why}")]
        public static partial void Refused(ILogger logger, string folder, string why, Exception? error);
    }
}
