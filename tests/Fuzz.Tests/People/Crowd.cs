using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>
/// The customers of one lane. A resident's session is the credential of whatever needs one. What ends sessions or erases gets a visitor's, also when a request
/// was only bent into it, so that the resident stays.
/// </summary>
internal sealed class Crowd(ApiContract contract, Things things, Customers customers, Letters letters)
{
    private static readonly string[] Ending =
    [
        "POST /v1/sessions", "DELETE /v1/sessions/current", "DELETE /v1/customers/me", "DELETE /v1/customers/me/sessions", "DELETE /v1/customers/me/sessions/{id}", "POST /v1/customers/me/password",
    ];

    private readonly Arrival arrival = new(contract, customers);
    private readonly Life life = new(contract, customers);
    private Teller? teller;

    public static bool Ends(string operation) => Ending.Contains(operation);

    /// <summary>The next step of whoever is missing, or of the life of somebody else.</summary>
    public Draft Next(Random random, string unique)
    {
        teller = things.Resident is null || things.Visitor is null ? arrival : life;
        return teller.Next(random, unique);
    }

    /// <summary>What the answer to a story's step means for it. Nobody else knows these customers, so that nothing can come between.</summary>
    public async Task<Verdict?> TakeAsync(Draft draft, Answer answer, CancellationToken cancellationToken)
    {
        teller!.Take(answer.Status, answer.Json);
        if (arrival.Arrived is { } arrived)
        {
            arrival.Arrived = null;
            if (things.Resident is null) things.Resident = arrived;
            else things.Visitor = arrived;
        }

        if (answer.Status is < 200 or >= 300) return draft.Segments[1] is "customers" or "sessions" ? new("a customer's way", $"ends here: {answer.Status} {answer.Body}") : null;
        if (teller.Awaits is not var (email, page)) return null;
        teller.Awaits = null;
        teller.Proof = await letters.TakeAsync(email, page, cancellationToken);
        return teller.Proof is null ? new("a customer's way", $"no letter of '{page}' came to {email}") : null;
    }

    public void Protect(Draft draft)
    {
        if (things.Resident?.Session is { } session && Customers.Session(draft) == session && contract.Find(draft.Method, draft.Segments) is { } operation && Ends(operation.Name))
            draft.Set("Authorization", "Bearer " + (things.Visitor?.Session ?? "cs_none"));
    }

    /// <summary>Notices who was signed in or out by a request that is in no story.</summary>
    public void Notice(Draft draft, Operation? operation, Answer answer)
    {
        var session = Customers.Session(draft);
        if (answer.Status == 401 && draft.Bent.Count == 0 && session is not null)
        {
            if (session == things.Resident?.Session) things.Resident = null;
            if (session == things.Visitor?.Session) things.Visitor!.Session = null;
        }

        if (answer.Status is not (200 or 201 or 204) || operation is null || !Ends(operation.Name)) return;
        if (session is not null && session == things.Visitor?.Session) things.Visitor!.Session = null;
        if (answer.Json is not JsonObject json || json["token"]?.GetValue<string>() is not { } token || things.Visitor is not { } visitor || !answer.Body.Contains(visitor.Email, StringComparison.Ordinal)) return;
        (visitor.Session, visitor.SessionId) = (token, json["id"]!.GetValue<string>());
        customers.Opens(token, visitor.Mark);
    }
}
