using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>Gives requests of customers' operations a credential, and bodies that the accounts there are can mean.</summary>
internal static class CustomerRequests
{
    public static bool Concern(Operation operation) => operation.Segments is ["v1", "customers" or "sessions", ..];

    public static void Dress(Draft draft, Operation operation, Things things)
    {
        if (operation.Segments is not (["v1", "customers", "me", ..] or ["v1", "sessions", "current"])) return;
        if ((Crowd.Ends(operation.Name) ? things.Visitor : things.Resident)?.Session is { } session) draft.Set("Authorization", "Bearer " + session);
    }

    public static void Mean(Operation operation, JsonNode? body, Things things, Random random, string unique)
    {
        if (body is not JsonObject members) return;
        var visitor = things.Visitor?.Email ?? "nobody@example.com";
        foreach (var (member, value) in new Dictionary<string, string?>
        {
            ["email"] = operation.Name switch { "POST /v1/customers" when random.Next(5) > 0 => Customers.MarkOf(unique) + "@example.com", "POST /v1/customers/me/email" => null, _ => visitor },
            ["password"] = Person.GoodPassword,
            ["currentPassword"] = Person.GoodPassword,
            ["newPassword"] = Person.GoodPassword,
            ["strategy"] = ((string[])["merge", "keep_guest", "keep_customer"])[random.Next(3)],
            ["token"] = things.Visitor?.Proofs.GetValueOrDefault(operation.Path.EndsWith("resets/confirm", StringComparison.Ordinal) ? Letters.Reset : Letters.Verify) ?? "pf_none",
            ["order"] = things.Any("order", random)?.Id ?? "ord_none",
        })
        {
            if (value is not null && members.ContainsKey(member)) members[member] = value;
        }

        // The carts of the lane are needed elsewhere; customers of stories bring their own.
        if (random.Next(8) > 0) members.Remove("cartId");
    }

    public static string Id(Operation operation, Things things, Random random) =>
        operation.Segments.Contains("sessions") ? things.Visitor?.SessionId ?? "ses_none" : things.Any("address", random)?.Id ?? "adr_none";
}
