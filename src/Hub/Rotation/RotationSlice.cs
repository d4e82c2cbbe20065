using Composable.Hub.Access;
using Composable.Hub.Http;

namespace Composable.Hub.Rotation;

/// <summary>One command for all keys: for the day on which somebody else may have them.</summary>
internal static class RotationSlice
{
    private const int LongestOverlap = 300;

    public static IServiceCollection AddRotation(this IServiceCollection services) => services.AddSingleton<RotateEverything>();

    /// <summary>Only for who may do everything, because the answer has keys with every right in it.</summary>
    public static void MapRotation(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/admin/keys/rotation", RotateAsync).ForAdmin("*", Doors.Reach.Everything).WithTags("Keys").Produces<RotationView>(201);

    private static async Task<IResult> RotateAsync(Body<RotateAll> body, RotateEverything rotation, CancellationToken cancellationToken) =>
        body.Value.OverlapSeconds is < 0 or > LongestOverlap
            ? Refusal.Invalid("/overlapSeconds", "out_of_range", $"0 to {LongestOverlap} seconds.").ToResult()
            : Results.Json(await rotation.RunAsync(body.Value, cancellationToken), Json.Options, statusCode: 201);
}
