using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Identity;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>Gives requests of staff's own operations a session, and bodies that mean the people there are.</summary>
internal static class StaffRequests
{
    /// <summary>Providers of customers and of staff.</summary>
    public const string Directory = "crafted", CrewDirectory = "crew";

    private const string Email = "crew@shop.example", Password = Person.GoodPassword;

    /// <summary>Somebody whom every lane signs in as.</summary>
    public static async Task TakeInAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var adding = new HttpRequestMessage(HttpMethod.Post, "/admin/staff") { Content = JsonContent.Create(new { email = Email, name = "Crew", roles = Array.Empty<string>() }) };
        adding.Headers.Authorization = new("Bearer", "sk_demo");
        using var added = await http.SendAsync(adding, cancellationToken);
        var invitation = (await added.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!["invitation"]!["token"]!.GetValue<string>();
        using var accepted = await http.PostAsJsonAsync("/admin/invitations/accept", new { token = invitation, password = Password }, cancellationToken);
        accepted.EnsureSuccessStatusCode();
    }

    /// <summary>Whoever all lanes depend on is not one of those that are changed and let go.</summary>
    public static bool IsCrew(JsonObject member) => member["email"]?.ToString() == Email;

    public static void Dress(Draft draft, Operation operation, Things things)
    {
        if (operation.Path is "/admin/sessions/current" or "/admin/sessions/password") draft.Set("Authorization", "Bearer " + (things.StaffSession ?? "ss_none"));
    }

    public static JsonNode? Mean(Operation operation, JsonNode? body, Things things, Random random, string unique) => operation.Name switch
    {
        "PUT /admin/roles/{id}" => new JsonObject { ["name"] = "A role", ["grants"] = new JsonArray(Grant(random)) },
        "POST /admin/staff" => new JsonObject { ["email"] = unique + "@shop.example", ["name"] = "Somebody", ["roles"] = new JsonArray() },
        "PATCH /admin/staff/{id}" => random.Next(2) == 0 ? new JsonObject { ["name"] = unique } : new JsonObject { ["enabled"] = true },
        "POST /admin/invitations/accept" => new JsonObject { ["token"] = things.Invitation ?? "inv_none", ["password"] = Password },
        "POST /admin/sessions" => new JsonObject { ["email"] = Email, ["password"] = Password },
        "POST /admin/sessions/password" => new JsonObject { ["currentPassword"] = Password, ["newPassword"] = Password },
        "POST /v1/sign-ins" => new JsonObject { ["provider"] = Directory, ["redirectUri"] = CraftedProvider.Callback },
        "POST /admin/sign-ins" => new JsonObject { ["provider"] = CrewDirectory, ["redirectUri"] = CraftedProvider.Callback },
        _ => body,
    };

    /// <summary>Sessions and invitations that answers gave, and those that requests used up.</summary>
    public static void Notice(Draft draft, Answer answer, Things things)
    {
        if (things.StaffSession is { } session && draft.Header("Authorization") == "Bearer " + session && (answer.Status == 401 || draft.Method is "DELETE" or "POST")) things.StaffSession = null;
        if (answer.Status != 201 || answer.Json is not JsonObject json) return;
        if (json["token"] is JsonValue token && token.ToString().StartsWith("ss_", StringComparison.Ordinal)) things.StaffSession = token.ToString();
        if (json["invitation"]?["token"] is JsonValue invitation) things.Invitation = invitation.ToString();
    }

    private static JsonObject Grant(Random random) => random.Next(3) switch
    {
        0 => new() { ["scope"] = "connections:write", ["connections"] = new JsonArray("fuzz-1") },
        1 => new() { ["scope"] = "orders:read", ["hidden"] = new JsonArray("email") },
        _ => new() { ["scope"] = "audit:read" },
    };
}
