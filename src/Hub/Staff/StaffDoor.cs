using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Proving;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Staff;

/// <summary>Begins and ends sessions of staff. A wrong password and an unknown address are the same answer and take as long.</summary>
internal sealed class StaffDoor(Database database, StaffStore store, StaffSessions sessions, Passwords passwords, PasswordRules rules, Attempts attempts, TimeProvider clock)
{
    private const string Spent = "invitation_spent";
    private static readonly Refusal Wrong = new(401, "invalid_credentials", "The e-mail address or the password is not right.");
    private static readonly Refusal NoInvitation = new(422, "invalid_proof", "This invitation was used already, has expired or was replaced by a newer one.");
    private static readonly Refusal Moved = new(409, "conflict", "The account was changed at the same moment. Try again.") { Retryable = true };

    public async Task<Answer> SignInAsync(StaffSignIn input, string address, string? userAgent, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(Account(input.Email), address, cancellationToken);
        var member = await store.ByEmailAsync(input.Email, cancellationToken);
        var (isRight, better) = await passwords.CheckAsync(member?.PasswordHash, input.Password, cancellationToken);
        if (member is not { Enabled: 1 } || !isRight) throw new RefusedException(Wrong);
        var commit = new Commit();
        if (better is not null) commit.Add($"UPDATE staff SET password_hash = {better} WHERE id = {member.Id} AND password_hash = {member.PasswordHash}");
        return await BeginAsync(commit, member, input.Device ?? userAgent, cancellationToken);
    }

    /// <summary>A session for somebody who has shown who they are.</summary>
    public async Task<Answer> BeginAsync(Commit commit, Member member, string? device, CancellationToken cancellationToken)
    {
        Attempts.Forget(commit, Account(member.Email));
        commit.Require($"SELECT 1 FROM staff WHERE id = {member.Id} AND version = {member.Version} AND enabled = 1{new Sql.Lock("staff")}", 1, StaffStore.Stale);
        var begun = sessions.Begin(commit, member.Id, device);
        commit.Audit("staff.signed_in", $"staff:{member.Id}");
        await CommitAsync(commit, cancellationToken);
        return await AnswerAsync(begun.Token, clock.GetUtcNow() + begun.Life, member, 201, cancellationToken);
    }

    public async Task AcceptAsync(AcceptInvitation input, string address, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(null, address, cancellationToken);
        var id = input.Token.Length > 200 ? null : await database.FirstAsync<string>(StaffDesk.Invited(input.Token), cancellationToken);
        if (id is null || await store.FindAsync(id, cancellationToken) is not { Enabled: 1 } member) throw new RefusedException(NoInvitation);
        if (rules.Check(input.Password, member.Email, "/password") is { } weak) throw new RefusedException(weak);
        var next = member with { PasswordHash = await passwords.HashAsync(input.Password, cancellationToken), Version = member.Version + 1 };
        var commit = new Commit().Require($"DELETE FROM staff_invitations WHERE hash = {SecretToken.HashOf(input.Token)} AND expires_at > {Sql.Now}", 1, Spent);
        await SetAsync(commit, member, next, cancellationToken);
    }

    public async Task<Answer> ChangePasswordAsync(ChangeStaffPassword input, Caller caller, string address, CancellationToken cancellationToken)
    {
        var member = await store.FindAsync(caller.Staff!.StaffId, cancellationToken) ?? throw new RefusedException(Moved);
        await attempts.TakeAsync(Account(member.Email), address, cancellationToken);
        if (!(await passwords.CheckAsync(member.PasswordHash, input.CurrentPassword, cancellationToken)).IsRight) throw new RefusedException(new(403, "wrong_password", "The current password is not right."));
        if (rules.Check(input.NewPassword, member.Email, "/newPassword") is { } weak) throw new RefusedException(weak);
        var next = member with { PasswordHash = await passwords.HashAsync(input.NewPassword, cancellationToken), Version = member.Version + 1 };
        await SetAsync(new(), member, next, cancellationToken);
        return await BeginAsync(new(), next, null, cancellationToken);
    }

    public async Task<Answer> CurrentAsync(Caller caller, CancellationToken cancellationToken)
    {
        var ends = await database.CountAsync($"SELECT expires_at FROM staff_sessions WHERE id = {caller.Staff!.SessionId}", cancellationToken);
        var member = await store.FindAsync(caller.Staff.StaffId, cancellationToken) ?? throw new RefusedException(Moved);
        return await AnswerAsync(null, DateTimeOffset.FromUnixTimeMilliseconds(ends), member, 200, cancellationToken);
    }

    /// <summary>A new password ends every session that the old one began, and an invitation that was not used.</summary>
    private async Task SetAsync(Commit commit, Member member, Member next, CancellationToken cancellationToken)
    {
        StaffStore.Update(commit, next);
        StaffSessions.EndAll(commit, member.Id);
        commit.Add($"DELETE FROM staff_invitations WHERE staff_id = {member.Id}");
        Attempts.Forget(commit, Account(member.Email));
        commit.Audit("staff.password_set", $"staff:{member.Id}", member.Told(), next.Told());
        await CommitAsync(commit, cancellationToken);
    }

    private async Task CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (GuardFailedException failed)
        {
            throw new RefusedException(failed.Code == Spent ? NoInvitation : Moved);
        }
    }

    /// <summary>Customers with the same address are somebody else.</summary>
    private static string Account(string email) => $"staff {email}";

    private async Task<Answer> AnswerAsync(string? token, DateTimeOffset ends, Member member, int status, CancellationToken cancellationToken) =>
        new(status, Json.Write(new StaffSessionView(token, ends, member.View(), (await sessions.RightsAsync(member.Roles, cancellationToken)).Grants)));
}
