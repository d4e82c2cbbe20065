using Composable.Hub.Access;

namespace Composable.Hub.Staff;

/// <param name="Grants">What who has the role may do.</param>
internal sealed record RoleInput(string Name, IReadOnlyList<Grant> Grants);

internal sealed record RoleView(string Id, string Name, IReadOnlyList<Grant> Grants, long Version);

/// <param name="Roles">Ids.</param>
internal sealed record NewStaff(string Email, string Name, IReadOnlyList<string> Roles);

/// <summary>Members that are left out stay as they are.</summary>
/// <param name="Enabled">False ends every session, and none begins until it is true again.</param>
internal sealed record PatchStaff(string? Name = null, IReadOnlyList<string>? Roles = null, bool? Enabled = null);

/// <param name="HasPassword">Whether an invitation was accepted. Without one, only another provider signs them in.</param>
/// <param name="Invitation">Shown once, in the answer that makes it.</param>
internal sealed record StaffView(string Id, string Email, string Name, IReadOnlyList<string> Roles, bool Enabled, bool HasPassword, DateTimeOffset CreatedAt, long Version, InvitationView? Invitation = null);

/// <param name="Token">Sets a password, once. Hand it over on a way that only the invited can read.</param>
internal sealed record InvitationView(string Token, DateTimeOffset ExpiresAt);

internal sealed record AcceptInvitation(string Token, string Password);

internal sealed record StaffSignIn(string Email, string Password, string? Device = null);

internal sealed record ChangeStaffPassword(string CurrentPassword, string NewPassword);

/// <param name="Token">Opaque, for <c>Authorization: Bearer</c>. Shown in the answer that begins the session.</param>
/// <param name="Grants">What the member may do by all roles together.</param>
internal sealed record StaffSessionView(string? Token, DateTimeOffset ExpiresAt, StaffView Staff, IReadOnlyList<Grant> Grants);
