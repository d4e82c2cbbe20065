namespace Architecture.Tests;

public sealed class SliceArrowTests
{
    private const string Hub = "Composable.Hub";

    /// <summary>What every slice may use. None of these names a slice.</summary>
    private const string Ground = "Storage Events Access Http Observability";

    /// <summary>Who may name whom inside the hub. Changing the architecture means changing a line here.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Catalog"] = $"{Ground} Durability Markets Stock",
        ["Stock"] = $"{Ground} Durability Markets",
        ["Promotions"] = $"{Ground} Durability Markets",
        ["Carts"] = $"{Ground} Durability Markets Catalog Promotions",
        ["Payments"] = $"{Ground} Durability Markets Connections",
        ["Orders"] = $"{Ground} Durability Markets Payments Stock Connections",
        ["Checkout"] = $"{Ground} Durability Markets Carts Catalog Stock Orders Payments Promotions Connections",
        ["Mail"] = Ground,
        ["Customers"] = $"{Ground} Durability Markets Carts Orders Mail Identity Connections",
        ["Identity"] = $"{Ground} Connections",
        ["Staff"] = $"{Ground} Durability Identity",
        ["Edge"] = $"{Ground} Durability Markets Catalog Stock Connections Pages",
        ["Pages"] = $"{Ground} Durability Markets Catalog Search Connections",
        ["Verification"] = "*",
        ["Search"] = $"{Ground} Durability Markets Catalog Connections",
        ["Connections"] = $"{Ground} Durability Markets",
        ["Markets"] = Ground,
        ["Events"] = "Storage Durability Access Http Observability",
        ["Durability"] = "Storage Access Http Observability",
        ["Access"] = "Storage Http Observability",
        ["Http"] = "Storage Observability",
        ["Operations"] = Ground,
        ["Rotation"] = $"{Ground} Connections",
        ["Storage"] = "Observability",
        ["Observability"] = "",
    };

    /// <summary>Types of the hub that other assemblies may name: how the all-in-one starts it.</summary>
    private static readonly string[] ReviewedPublicTypes = ["HubApp", "Program"];

    private static readonly string[] NamesWithoutTopic = ["Helpers", "Utils", "Common", "Services"];

    [Fact]
    public void Slices_name_only_what_they_may() =>
        Slices().Where(arrow => !May(arrow.From, arrow.To))
            .Select(arrow => $"{arrow.From}.{arrow.Arrow.From.Name} -> {arrow.To}.{arrow.Arrow.To.Name} is not an allowed arrow")
            .Order().ShouldBeEmpty();

    [Fact]
    public void Slices_form_no_circle()
    {
        var open = Slices().GroupBy(arrow => arrow.From).ToDictionary(arrows => arrows.Key, arrows => arrows.Select(arrow => arrow.To).ToHashSet());
        while (open.FirstOrDefault(slice => !slice.Value.Overlaps(open.Keys)).Key is { } leaf) open.Remove(leaf);
        open.Select(slice => $"{slice.Key} -> {string.Join(", ", slice.Value.Intersect(open.Keys))}").ShouldBeEmpty("these name each other in a circle");
    }

    [Fact]
    public void The_allowed_arrows_form_no_circle()
    {
        var open = Allowed.Where(slice => slice.Value != "*").ToDictionary(slice => slice.Key, slice => slice.Value.Split(' ').ToHashSet());
        while (open.FirstOrDefault(slice => !slice.Value.Overlaps(open.Keys)).Key is { } leaf) open.Remove(leaf);
        open.Keys.ShouldBeEmpty();
    }

    [Fact]
    public void The_hub_shows_no_type_that_was_not_reviewed() =>
        (CompiledAssembly.Find(Hub)?.VisibleTypes ?? []).Where(type => !ReviewedPublicTypes.Contains(type.Name)).ShouldBeEmpty();

    [Fact]
    public void Every_namespace_names_a_topic()
    {
        string[] assemblies = ["Composable.Contracts", "Composable.Connectors.Sdk", "Composable.Connectors", "Composable.Sandbox", Hub, "composable"];
        assemblies.Select(CompiledAssembly.Find).OfType<CompiledAssembly>().SelectMany(assembly => assembly.Types)
            .Where(type => type.Namespace.Split('.').Intersect(NamesWithoutTopic).Any()).ShouldBeEmpty();
    }

    private static bool May(string from, string to) =>
        Allowed.TryGetValue(from, out var targets) && (targets == "*" || targets.Split(' ').Contains(to));

    private static IEnumerable<(string From, string To, Arrow Arrow)> Slices() =>
        from arrow in CompiledAssembly.Find(Hub)?.Arrows ?? new HashSet<Arrow>()
        let @from = SliceOf(arrow.From)
        let to = SliceOf(arrow.To)
        where @from is not null && to is not null && @from != to
        select (@from, to, arrow);

    /// <summary>Null for the root namespace, which may name all, and for what is not the hub's.</summary>
    private static string? SliceOf(TypeName type) =>
        type.Namespace.StartsWith(Hub + ".", StringComparison.Ordinal) ? type.Namespace.Split('.')[2] : null;
}
