using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;
using Fuzz.Tests.Mutations;
using Fuzz.Tests.People;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests;

/// <summary>
/// One caller, whose requests follow each other. What request n is depends on the seed, n, and what this lane was answered before; other lanes have
/// no part in it.
/// </summary>
internal sealed class Lane(int first, FuzzPlan plan, ApiContract contract, HttpClient http, Uri shop, Findings findings, Tally tally, Customers customers, Letters letters)
{
    /// <summary>These do much for one request; they are asked now and then.</summary>
    private static readonly string[] Heavy = ["/admin/search/rebuild", "/admin/events/replay", "/admin/edge/deploy", "/admin/edge/rewrite"];

    /// <summary>Goes through all that ever happened before it answers: no longer in seconds when that is the work of a long run.</summary>
    private const string Everything = "/admin/events/replay";

    private const int Much = 50_000;

    private readonly Things things = new() { Strangers = customers.Any };
    private readonly Repeating repeating = new();
    private int number = first;
    private Journey? journey;
    private Crowd? crowd;

    public Journey Journey => journey ??= new(contract, things);

    private Crowd Crowd => crowd ??= new(contract, things, customers, letters);

    /// <summary>Sends this lane's requests below the number.</summary>
    public async Task RunAsync(int end, CancellationToken cancellationToken)
    {
        for (; number < end && !cancellationToken.IsCancellationRequested; number += plan.Lanes)
        {
            // Every request has its own random numbers, so that it does not matter how many the one before took.
            var random = new Random(Mix(plan.Seed, number));
            var (isJourney, isStory) = (false, false);
            var draft = random.Next(100) switch
            {
                < 20 => Step(out isJourney, random),
                < 36 => Tell(out isStory, random),
                < 43 when repeating.Next(random) is { } again => again,
                < 55 => Valid(random),
                _ => Bent(random),
            };
            if (!isStory) Crowd.Protect(draft);
            var answer = await AskAsync(draft, cancellationToken);
            if (isJourney) await GoOnAsync(answer, cancellationToken);
            if (isStory && await Crowd.TakeAsync(draft, answer, cancellationToken) is { } verdict && !cancellationToken.IsCancellationRequested) findings.Add(number, draft, answer.Status, verdict);
        }
    }

    private async Task<Answer> AskAsync(Draft draft, CancellationToken cancellationToken)
    {
        var meant = contract[draft.Operation];
        var answer = await Answer.AskAsync(http, draft, shop, cancellationToken);
        if (cancellationToken.IsCancellationRequested) return answer;
        var operation = contract.Find(draft.Method, draft.Segments);
        foreach (var verdict in Oracles.Judge(draft, operation, meant, answer).Concat(repeating.Judge(draft, answer)).Concat(Promises.Judge(draft, things, answer)).Append(customers.Judge(draft, answer)).OfType<Verdict>()) findings.Add(number, draft, answer.Status, verdict);
        tally.Count(draft, operation, answer);
        Crowd.Notice(draft, operation, answer);
        StaffRequests.Notice(draft, answer, things);
        if (answer.Status is >= 200 and < 300 && operation is not null) Learn(draft, operation, answer);
        repeating.Remember(draft, meant, answer);
        return answer;
    }

    private void Learn(Draft draft, Operation operation, Answer answer)
    {
        var token = Promises.HasSecretKey(draft) ? null : draft.Header("Hub-Cart-Token");
        if (CustomerRequests.Concern(operation) && token is not null) things.Forget(token);
        // What is other customers' is no good for the requests of this lane.
        if (Customers.Session(draft) is { } session && session != things.Resident?.Session) return;
        things.Learn(operation.Name, answer.Json, answer.Header("ETag"), token, Promises.HasSecretKey(draft) ? null : Customers.Session(draft));
    }

    private Draft Tell(out bool isStory, Random random)
    {
        isStory = true;
        return Crowd.Next(random, Unique());
    }

    private Draft Step(out bool isJourney, Random random)
    {
        isJourney = true;
        return Journey.Next(random, Unique());
    }

    private Draft Valid(Random random) => new Writer(things, random, Unique()).Any(Choose(random));

    private Draft Bent(Random random)
    {
        var operation = Choose(random);
        return Bender.Bend(new Writer(things, random, Unique()).Any(operation), operation, things, random);
    }

    private Operation Choose(Random random)
    {
        var operation = contract.Operations[random.Next(contract.Operations.Count)];
        if (Heavy.Contains(operation.Path) && random.Next(4) > 0) operation = contract.Operations[random.Next(contract.Operations.Count)];
        return operation.Path == Everything && number > Much ? contract.Operations[0] : operation;
    }

    private async Task GoOnAsync(Answer answer, CancellationToken cancellationToken)
    {
        Journey.Take(answer.Status, answer.Json);
        if (Journey.Confirmation is not { } url) return;
        Journey.Confirmation = null;
        using var outcome = new FormUrlEncodedContent([new("outcome", "succeed")]);
        using var confirmed = await http.PostAsync(new Uri(url), outcome, cancellationToken);
    }

    private string Unique() => FormattableString.Invariant($"fuzz-{plan.Seed}-{number}");

    /// <summary>Mixes the two (SplitMix64), because neighbouring seeds of <see cref="Random"/> begin alike.</summary>
    private static int Mix(int seed, int number)
    {
        var mixed = ((ulong)(uint)seed << 32 | (uint)number) + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)(mixed ^ (mixed >> 31));
    }
}
