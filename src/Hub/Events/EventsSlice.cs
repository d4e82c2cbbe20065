using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using MassTransit;
using MassTransit.Mediator;

namespace Composable.Hub.Events;

internal sealed record ReplayInput(string Consumer);

internal sealed record DeadLetterView(string Consumer, string EventId, long Position, string Error, long Attempts, string Status, DateTimeOffset At);

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
        staff.MapGet("dead-letters", ListAsync).Produces<Page<DeadLetterView>>();
        staff.MapPost("dead-letters/{consumer}/{eventId}/redeliver", RedeliverAsync).Produces(204);
        staff.MapPost("replay", ReplayAsync).Produces<ReplayView>();
    }

    private static async Task<IResult> ListAsync(PageRequest page, Database database, CancellationToken cancellationToken)
    {
        var (at, eventId, consumer) = page.Keys(3) is [var time, var lastEvent, var last] ? (PageRequest.Number(time), lastEvent, last) : (-1, "", "");
        var letters = await DeadLetters.ListAsync(database, at, eventId, consumer, page.Limit + 1, cancellationToken);
        return Results.Json(page.Of(letters, View, letter => [PageRequest.Text(letter.At), letter.EventId, letter.Consumer]), Json.Options);
    }

    private static DeadLetterView View(DeadLetters.Letter letter) =>
        new(letter.Consumer, letter.EventId, letter.Position, letter.Error, letter.Attempts, letter.Status, DateTimeOffset.FromUnixTimeMilliseconds(letter.At));

    private static async Task<IResult> RedeliverAsync(string consumer, string eventId, HttpContext context, Database database, IMediator mediator, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, () => "");
        return await DeadLetters.RedeliverAsync(database, mediator, consumer, eventId, key, cancellationToken) ? new Answer(204, "") : Refusal.NotFound("dead letter").ToResult();
    }

    private static async Task<IResult> ReplayAsync(Body<ReplayInput> body, HttpContext context, Replay replay, Database database, CancellationToken cancellationToken)
    {
        var (key, consumer) = (IdempotencyKeys.Of(context, body.Fingerprint), body.Value.Consumer);
        if (!replay.Knows(consumer)) return Refusal.NotFound("consumer").ToResult();
        if (key is not null && await key.ReplayAsync(database, cancellationToken) is { } first) return first;
        var answer = new Answer(200, Json.Write(new ReplayView(consumer, await replay.RebuildAsync(consumer, cancellationToken))));
        if (key is not null) await key.RememberAsync(database, answer, cancellationToken);
        return answer;
    }
}
