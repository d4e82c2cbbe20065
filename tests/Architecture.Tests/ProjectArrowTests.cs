namespace Architecture.Tests;

public sealed class ProjectArrowTests
{
    private const string Contracts = "Composable.Contracts", Sdk = "Composable.Connectors.Sdk", Vendors = "Composable.Connectors", Hub = "Composable.Hub";

    /// <summary>Which of our assemblies each may reference.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Contracts] = [],
        [Sdk] = [],
        [Vendors] = [Sdk],
        [Hub] = [Contracts, Sdk, Vendors],
        ["Composable.Sandbox"] = [],
    };

    [Fact]
    public void Projects_reference_only_what_they_may()
    {
        var forbidden = from name in Allowed.Keys
                        let assembly = CompiledAssembly.Find(name)
                        where assembly is not null
                        from reference in assembly.References
                        where reference.StartsWith("composable", StringComparison.OrdinalIgnoreCase) && !Allowed[name].Contains(reference)
                        select $"{name} -> {reference} is not an allowed arrow";
        forbidden.ShouldBeEmpty();
    }

    [Fact]
    public void The_hub_names_no_vendor_but_their_list()
    {
        var vendors = CompiledAssembly.Find(Vendors)!;
        var named = CompiledAssembly.Find(Hub)?.Arrows.Where(arrow => vendors.Types.Contains(arrow.To) && arrow.To.Namespace != Vendors)
            .Select(arrow => $"{arrow.From} -> {arrow.To} is not an allowed arrow");
        (named ?? []).ShouldBeEmpty();
    }

    [Fact]
    public void No_vendor_names_another()
    {
        CompiledAssembly.Find(Vendors)!.Arrows
            .Where(arrow => VendorOf(arrow.From) is { } from && VendorOf(arrow.To) is { } to && from != to)
            .Select(arrow => $"{arrow.From} -> {arrow.To} is not an allowed arrow").ShouldBeEmpty();
    }

    [Fact]
    public void Vendors_are_internal() =>
        CompiledAssembly.Find(Vendors)!.VisibleTypes.Where(type => VendorOf(type) is not null).ShouldBeEmpty();

    private static string? VendorOf(TypeName type) =>
        type.Namespace.StartsWith(Vendors + ".", StringComparison.Ordinal) && !(type.Namespace + ".").StartsWith(Sdk + ".", StringComparison.Ordinal)
            ? type.Namespace.Split('.')[2] : null;
}
