namespace Composable.Hub.Access;

/// <summary>A right, wholly or in part.</summary>
/// <param name="Scope">One of <see cref="Scopes"/>; <c>*</c> is all.</param>
/// <param name="Connections">On these connections only; null is all.</param>
/// <param name="Hidden">Members of JSON that are neither shown nor taken, at whatever depth.</param>
internal sealed record Grant(string Scope, IReadOnlyList<string>? Connections = null, IReadOnlyList<string>? Hidden = null)
{
    public bool Gives(string scope) => Scope == "*" || Scope == scope;

    public bool Reaches(string? connection) => Connections is null || (connection is not null && Connections.Contains(connection));

    /// <summary>Whether who has this has all of the other.</summary>
    public bool Covers(Grant other) => Gives(other.Scope) && (Connections is null || other.Connections?.All(Connections.Contains) == true)
        && (Hidden ?? []).All(name => other.Hidden?.Contains(name, StringComparer.OrdinalIgnoreCase) == true);
}

/// <summary>What a caller of the shop's own may do: the sum of their grants.</summary>
internal sealed class Rights(IReadOnlyList<Grant> grants)
{
    public static readonly Rights None = new([]);

    public static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    public IReadOnlyList<Grant> Grants { get; } = grants;

    public static Rights Of(IEnumerable<string> scopes) => new([.. scopes.Select(scope => new Grant(scope))]);

    /// <summary>On every connection.</summary>
    public bool May(string scope) => May(scope, null);

    /// <summary>On this connection; null asks for all of them.</summary>
    public bool May(string scope, string? connection) => Grants.Any(grant => grant.Gives(scope) && grant.Reaches(connection));

    /// <summary>On some connection at least.</summary>
    public bool MaySome(string scope) => Grants.Any(grant => grant.Gives(scope));

    public bool Cover(Grant wanted) => Grants.Any(grant => grant.Covers(wanted));

    /// <summary>What stays hidden with every grant that allows it: on this connection, or on all.</summary>
    public IReadOnlySet<string> HiddenBy(string scope, string? connection) => Grants.Where(grant => grant.Gives(scope) && grant.Reaches(connection)).Select(HiddenIn)
        .Aggregate((IReadOnlySet<string>?)null, (all, hidden) => all is null ? hidden : Set(all.Where(hidden.Contains))) ?? Nothing;

    /// <summary>What any grant hides: for answers about several connections.</summary>
    public IReadOnlySet<string> HiddenAnywhere(string scope) => Set(Grants.Where(grant => grant.Gives(scope)).SelectMany(HiddenIn));

    private static IReadOnlySet<string> HiddenIn(Grant grant) => grant.Hidden is { Count: > 0 } hidden ? Set(hidden) : Nothing;

    private static HashSet<string> Set(IEnumerable<string> names) => new(names, StringComparer.OrdinalIgnoreCase);
}
