using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.Loader;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>
/// Gives a package the hub's Sdk and framework, which it must share to speak with the hub, and everything else from its own folder, so that its versions
/// and the hub's never meet.
/// </summary>
internal sealed class PackageLoadContext(string main) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(main))
{
    private static readonly FrozenSet<string> Shared =
    [
        typeof(Connector).Assembly.GetName().Name!,
        .. InFolderOf(typeof(object)),
        .. InFolderOf(typeof(WebApplication)),
    ];

    private readonly AssemblyDependencyResolver _dependencies = new(main);

    public Assembly LoadMain() => LoadFromAssemblyPath(main);

    /// <summary>Null leaves the assembly to the hub.</summary>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Shared.Contains(assemblyName.Name ?? "")) return null;
        var file = _dependencies.ResolveAssemblyToPath(assemblyName) ?? Path.Combine(Path.GetDirectoryName(main)!, $"{assemblyName.Name}.dll");
        // Not the hub's copy instead: a package that works with it today breaks when the hub changes.
        return File.Exists(file) ? LoadFromAssemblyPath(file) : throw new FileNotFoundException($"{assemblyName.Name} is not in the package.");
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _dependencies.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : base.LoadUnmanagedDll(unmanagedDllName);

    private static IEnumerable<string> InFolderOf(Type type) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(type.Assembly.Location)!, "*.dll").Select(file => Path.GetFileNameWithoutExtension(file)).Where(IsFramework);

    /// <summary>A hub that was published with its framework has it in one folder with everything else.</summary>
    private static bool IsFramework(string name) =>
        name is "netstandard" or "mscorlib" or "System" || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
