using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Architecture.Tests;

/// <summary>A type outside of any other. Nested types (lambdas, state machines) count as the type around them.</summary>
internal readonly record struct TypeName(string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}.{Name}";
}

internal sealed record Arrow(TypeName From, TypeName To);

/// <summary>One of our assemblies, read from its metadata: who names whom, in signatures and in method bodies.</summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(string name, IReadOnlyList<string> references, IReadOnlyList<TypeName> types, IReadOnlyList<TypeName> visible, IReadOnlySet<Arrow> arrows) =>
        (Name, References, Types, VisibleTypes, Arrows) = (name, references, types, visible, arrows);

    public string Name { get; }
    public IReadOnlyList<string> References { get; }
    public IReadOnlyList<TypeName> Types { get; }
    /// <summary>Types other assemblies can name.</summary>
    public IReadOnlyList<TypeName> VisibleTypes { get; }
    public IReadOnlySet<Arrow> Arrows { get; }

    /// <summary>Null when the project has not been built beside the tests.</summary>
    public static CompiledAssembly? Find(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        return File.Exists(path) ? Read(path) : null;
    }

    public static CompiledAssembly Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var names = new TypeNames(metadata);
        var types = metadata.TypeDefinitions.Select(handle => (Name: names.Of(handle), metadata.GetTypeDefinition(handle).Attributes))
            .Where(type => !type.Name.Name.StartsWith('<')).ToList();
        return new CompiledAssembly(
            metadata.GetString(metadata.GetAssemblyDefinition().Name),
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. types.Select(type => type.Name).Distinct()],
            [.. types.Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public).Select(type => type.Name)],
            new ArrowWalk(file, metadata, names).All());
    }
}
