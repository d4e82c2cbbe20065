using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Proving;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Staff;

/// <summary>Takes members in, changes what they may do, and lets them go. Whatever changes ends their sessions.</summary>
internal sealed class StaffDesk(Database database, StaffStore store, TimeProvider clock)
{
    private const int LongestName = 200, MostRoles = 20;
    private const string InvitationPrefix = "inv_";
    private static readonly TimeSpan InvitationLife = TimeSpan.FromDays(3);
    private static readonly Refusal Moved = new(412, "precondition_failed", "This has changed since you read it.");

    public async Task<IResult> AddAsync(NewStaff input, Caller caller, CancellationToken cancellationToken)
    {
        if (!System.Net.Mail.MailAddress.TryCreate(input.Email, out var address) || address.Address != input.Email.Trim() || input.Email.Any(char.IsControl) || input.Email.Length > 254) return Refusal.Invalid("/email", "invalid_email", "This is no e-mail address.").ToResult();
        if ((WrongName(input.Name) ?? await WrongRolesAsync(input.Roles, caller, cancellationToken)) is { } wrong) return wrong.ToResult();
        var member = new Member { Id = Ids.New("stf"), Email = input.Email.Trim(), Name = input.Name, Roles = Json.Write(input.Roles), Version = 1, CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        var commit = new Commit();
        StaffStore.Insert(commit, member);
        var invitation = Invite(commit, member.Id);
        commit.Audit("staff.added", $"staff:{member.Id}", null, member.Told());
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (DuplicateException taken) when (taken.Table == StaffStore.Table)
        {
            return new Refusal(409, "name_taken", "Somebody of the shop has this address already.").ToResult();
        }

        return new Answer(201, Json.Write(member.View(invitation))) { ETag = ETags.Of(1), Location = $"/admin/staff/{member.Id}" };
    }

    public async Task<IResult> PatchAsync(string id, PatchStaff patch, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var (member, refusal) = await OwnAsync(id, caller, precondition, cancellationToken);
        if (refusal is not null) return refusal.ToResult();
        if (((patch.Name is { } name ? WrongName(name) : null) ?? (patch.Roles is { } roles ? await WrongRolesAsync(roles, caller, cancellationToken) : null)) is { } wrong) return wrong.ToResult();
        var next = member! with
        {
            Name = patch.Name ?? member.Name,
            Roles = patch.Roles is null ? member.Roles : Json.Write(patch.Roles),
            Enabled = patch.Enabled is { } enabled ? enabled ? 1 : 0 : member.Enabled,
            Version = member.Version + 1,
        };
        var commit = new Commit();
        StaffStore.Update(commit, next);
        if (next.Roles != member.Roles || next.Enabled == 0) StaffSessions.EndAll(commit, id);
        // Who was shown an invitation for less must not come in with more.
        if (next.Roles != member.Roles || next.Enabled == 0) commit.Add($"DELETE FROM staff_invitations WHERE staff_id = {id}");
        commit.Audit("staff.changed", $"staff:{id}", member.Told(), next.Told());
        var answer = new Answer(200, Json.Write(next.View())) { ETag = ETags.Of(next.Version) };
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        return await CommitAsync(commit, answer, cancellationToken);
    }

    public async Task<IResult> DeleteAsync(string id, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var (member, refusal) = await OwnAsync(id, caller, precondition, cancellationToken);
        if (refusal is not null) return refusal.ToResult();
        var commit = new Commit();
        StaffStore.Delete(commit, member!);
        commit.Audit("staff.removed", $"staff:{id}", member!.Told());
        key?.Remember(commit, 204, "", IdempotencyKey.Usual);
        return await CommitAsync(commit, new(204, ""), cancellationToken);
    }

    /// <summary>A new way to set a password, for who lost the first or the password. The password there was goes on until then.</summary>
    public async Task<IResult> InviteAsync(string id, Caller caller, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        var (member, refusal) = await OwnAsync(id, caller, precondition, cancellationToken);
        if (refusal is not null) return refusal.ToResult();
        if (member!.Enabled == 0) return new Refusal(409, "staff_disabled", "Enable the member first.").ToResult();
        var commit = StaffStore.Hold(new(), id, member.Version);
        var invitation = Invite(commit, id);
        commit.Audit("staff.invited", $"staff:{id}", null, member.Told());
        return await CommitAsync(commit, new(201, Json.Write(member.View(invitation))) { ETag = ETags.Of(member.Version) }, cancellationToken);
    }

    public static Sql Invited(string token) => $"SELECT staff_id FROM staff_invitations WHERE hash = {SecretToken.HashOf(token)} AND expires_at > {Sql.Now}";

    private InvitationView Invite(Commit commit, string staffId)
    {
        var token = SecretToken.New(InvitationPrefix);
        commit.Add($"""
            INSERT INTO staff_invitations (hash, staff_id, expires_at) VALUES ({SecretToken.HashOf(token)}, {staffId}, {Sql.Now} + {(long)InvitationLife.TotalMilliseconds})
            ON CONFLICT (staff_id) DO UPDATE SET hash = EXCLUDED.hash, expires_at = EXCLUDED.expires_at
            """);
        return new(token, clock.GetUtcNow() + InvitationLife);
    }

    /// <summary>A member whom the caller may deal with: one who may not do more.</summary>
    private async Task<(Member? Member, Refusal? Refusal)> OwnAsync(string id, Caller caller, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } member) return (null, Refusal.NotFound("member"));
        var roles = await store.RolesAsync(member.RoleIds, cancellationToken);
        return (member, precondition(member.Version) ?? RoleDesk.Beyond(roles.SelectMany(role => role.List), caller));
    }

    private async Task<Refusal?> WrongRolesAsync(IReadOnlyList<string> ids, Caller caller, CancellationToken cancellationToken)
    {
        if (ids.Count > MostRoles || ids.Distinct().Count() != ids.Count || ids.Any(id => id is null)) return Refusal.Invalid("/roles", "out_of_range", $"At most {MostRoles} roles, each once.");
        var roles = await store.RolesAsync(ids, cancellationToken);
        if (ids.FirstOrDefault(id => !roles.Exists(role => role.Id == id)) is { } unknown) return Refusal.Invalid("/roles", "unknown_role", $"There is no role {unknown}.");
        return RoleDesk.Beyond(roles.SelectMany(role => role.List), caller);
    }

    private static Refusal? WrongName(string name) => name.Length is 0 or > LongestName || name.Any(char.IsControl) ? Refusal.Invalid("/name", "out_of_range", $"A name has 1 to {LongestName} characters.") : null;

    private async Task<IResult> CommitAsync(Commit commit, Answer answer, CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return answer;
        }
        catch (GuardFailedException)
        {
            return Moved.ToResult();
        }
    }
}
