using Composable.Hub.Access;
using Composable.Hub.Catalog;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Edge;

/// <param name="Values">Products that are written to the edge.</param>
/// <param name="Pages">Pages that are written to the edge.</param>
/// <param name="Waiting">Things that changed and that the edge has not heard of.</param>
/// <param name="Attempts">Tries in a row that failed; 0 when all is well.</param>
/// <param name="InStepAt">When the edge was last told something.</param>
internal sealed record EdgeView(string Connection, bool Connected, long Values, long Pages, long Waiting, long Attempts, string? Error, DateTimeOffset? InStepAt, EdgeFunctionView? Function);

/// <param name="IsCurrent">Whether it is the one that would be deployed now.</param>
internal sealed record EdgeFunctionView(string Hash, bool IsCurrent, DateTimeOffset DeployedAt);

internal sealed record DeployedView(string Name, string Hash);

internal sealed record PurgedView(int Tags, int Addresses);

internal sealed record RewriteView(int Products);

internal sealed record PurgeInput(IReadOnlyList<string>? Tags = null, IReadOnlyList<string>? Addresses = null);

internal static class EdgeSlice
{
    private const int MaxPurge = 1_000;

    public static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.AddOptions<EdgeOptions>().BindConfiguration("Edge").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<EdgeChoice>().AddSingleton<EdgeQueue>().AddSingleton<EdgeState>().AddSingleton<EdgePages>().AddSingleton<EdgeProjection>().AddSingleton<EdgeDesk>().AddSingleton<EdgeWorker>();
        return services.AddHostedService(provider => provider.GetRequiredService<EdgeWorker>());
    }

    public static void MapEdge(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/edge").WithTags("Edge");
        staff.MapGet("", async (EdgeDesk desk, CancellationToken cancellationToken) => Results.Json(await desk.StatusAsync(cancellationToken), Json.Options)).ForAdmin("edge:read").Produces<EdgeView>();
        staff.MapPost("deploy", (HttpContext context, EdgeDesk desk, Database database, CancellationToken cancellationToken) =>
            OnceAsync(IdempotencyKeys.Of(context, () => ""), database, key => desk.DeployAsync(key, cancellationToken), cancellationToken)).ForAdmin("edge:write").Produces<DeployedView>();
        staff.MapPost("rewrite", (HttpContext context, EdgeDesk desk, Database database, CancellationToken cancellationToken) =>
            OnceAsync(IdempotencyKeys.Of(context, () => ""), database, key => desk.RewriteAsync(key, cancellationToken), cancellationToken)).ForAdmin("edge:write").Produces<RewriteView>(202);
        staff.MapPost("purge", PurgeAsync).ForAdmin("edge:write").Produces<PurgedView>();
    }

    private static async Task<IResult> PurgeAsync(Body<PurgeInput> body, HttpContext context, EdgeDesk desk, Database database, CancellationToken cancellationToken) =>
        await OnceAsync(IdempotencyKeys.Of(context, body.Fingerprint), database, key => Wrong(body.Value) is { } wrong ? throw new RefusedException(wrong) : desk.PurgeAsync(body.Value, key, cancellationToken), cancellationToken);

    /// <summary>The first answer when there was one.</summary>
    private static async Task<IResult> OnceAsync(IdempotencyKey? key, Database database, Func<IdempotencyKey?, Task<Answer>> act, CancellationToken cancellationToken) =>
        key is not null && await key.ReplayAsync(database, cancellationToken) is { } first ? first : await act(key);

    private static Refusal? Wrong(PurgeInput input)
    {
        if ((input.Tags?.Count ?? 0) + (input.Addresses?.Count ?? 0) is 0 or > MaxPurge) return Refusal.Invalid("/tags", "out_of_range", $"Name 1 to {MaxPurge} tags and addresses.");
        if (input.Tags?.All(CacheTags.IsTag) is false) return Refusal.Invalid("/tags", "invalid", "A tag has 1 to 500 printable characters without spaces and commas.");
        return input.Addresses?.Any(address => address is null or { Length: > 2_000 } || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) is true
            ? Refusal.Invalid("/addresses", "invalid", "An address is an absolute http or https address.")
            : null;
    }
}
