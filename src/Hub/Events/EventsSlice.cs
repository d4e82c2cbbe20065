using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using MassTransit;
using MassTransit.Mediator;

namespace Composable.Hub.Events;

internal sealed record ReplayInput(string Consumer);

internal sealed record ReplayView(string Consumer, long Events);

internal static class EventsSlice
{
    /// <param name="consumers">Kinds of <see cref="EventConsumer"/>, one line each in the hub's composition.</param>
    public static IServiceCollection AddEvents(this IServiceCollection services, params Type[] consumers)
    {
        services.AddMediator(mediator => mediator.AddConsumers(consumers));
        foreach (var consumer in consumers) services.AddSingleton(typeof(EventConsumer), consumer);
        return services.AddSingleton<Replay>().AddHostedService<Relay>();
    }

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/events").ForAdmin("events:write").WithTags("Events");
        staff.MapGet("dead-letters", ListAsync).Produces<Page<DeadLetters.Letter>>();
        staff.MapPost("dead-letters/{consumer}/{eventId}/redeliver", RedeliverAsync).Produces(204);
        staff.MapPost("replay", ReplayAsync).Produces<ReplayView>();
    }

    private static async Task<IResult> ListAsync(PageRequest page, Database database, CancellationToken cancellationToken) =>
        Results.Json(new Page<DeadLetters.Letter>(await DeadLetters.ListAsync(database, page.Limit, cancellationToken), null), Json.Options);

    private static async Task<IResult> RedeliverAsync(string consumer, string eventId, Database database, IMediator mediator, CancellationToken cancellationToken) =>
        await DeadLetters.RedeliverAsync(database, mediator, consumer, eventId, cancellationToken) ? Results.NoContent() : Refusal.NotFound("dead letter").ToResult();

    private static async Task<IResult> ReplayAsync(Body<ReplayInput> body, Replay replay, CancellationToken cancellationToken) => replay.Knows(body.Value.Consumer)
        ? Results.Json(new ReplayView(body.Value.Consumer, await replay.RebuildAsync(body.Value.Consumer, cancellationToken)), Json.Options)
        : Refusal.NotFound("consumer").ToResult();
}
