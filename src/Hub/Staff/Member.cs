using System.Text.Json;
using Composable.Hub.Http;

namespace Composable.Hub.Staff;

/// <summary>Somebody who works for the shop.</summary>
internal sealed record Member
{
    public string Id { get; init; } = "";
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";

    /// <summary>Ids, as JSON.</summary>
    public string Roles { get; init; } = "[]";
    public long Enabled { get; init; } = 1;
    public string? PasswordHash { get; init; }
    public long Version { get; init; }
    public long CreatedAt { get; init; }

    public IReadOnlyList<string> RoleIds => JsonSerializer.Deserialize<string[]>(Roles, Json.Options)!;

    public static string KeyOf(string email) => email.Trim().ToLowerInvariant();

    public StaffView View(InvitationView? invitation = null) =>
        new(Id, Email, Name, RoleIds, Enabled == 1, PasswordHash is not null, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), Version, invitation);

    /// <summary>For the trail, which is kept for ever: without who it is.</summary>
    public string Told() => Json.Write(new { roles = RoleIds, enabled = Enabled == 1, hasPassword = PasswordHash is not null, version = Version });
}
