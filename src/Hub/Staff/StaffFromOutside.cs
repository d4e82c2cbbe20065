using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Identity;
using Composable.Hub.Storage;

namespace Composable.Hub.Staff;

/// <summary>Lets staff in whom another provider knows. Where it tells their groups, it also says what they may do; where not, somebody took them in before.</summary>
internal sealed class StaffFromOutside(Database database, StaffStore store, StaffDoor door, Providers providers, SignInFlows flows, TimeProvider clock)
{
    private const int Tries = 4;
    private static readonly Refusal NotHere = new(403, "forbidden", "You are known, but do not work here, or not any more.");

    public async Task<Answer> SignInAsync(ProviderAnswer input, string address, string? userAgent, CancellationToken cancellationToken)
    {
        var person = await flows.FinishAsync(ProviderOptions.Staff, input, address, cancellationToken);
        var options = providers.Find(person.Provider, ProviderOptions.Staff)!.Options;
        var roles = options.RolesClaim is { } claim ? person.Texts(claim).Select(group => options.Roles.TryGetValue(group, out var role) ? role : null).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList() : null;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var (commit, member) = await AdmitAsync(person, roles, cancellationToken);
                return await door.BeginAsync(commit, member, userAgent, cancellationToken);
            }
            catch (Exception moved) when (tries < Tries && moved is DuplicateException or GuardFailedException)
            {
                // They were admitted, or changed, at the same moment.
            }
        }
    }

    /// <summary>The member as they are from now on, and the commit that makes it so.</summary>
    private async Task<(Commit Commit, Member Member)> AdmitAsync(OpenIdPerson person, List<string>? roles, CancellationToken cancellationToken)
    {
        var id = await database.FirstAsync<string>($"SELECT staff_id FROM staff_identities WHERE provider = {person.Provider} AND subject = {person.Subject}", cancellationToken);
        var known = id is not null ? await store.FindAsync(id, cancellationToken) : person.Email is { } email ? await store.ByEmailAsync(email, cancellationToken) : null;
        // An address leads to an account once; afterwards it may be somebody else's.
        if (id is null && known is not null && await database.CountAsync($"SELECT count(*) FROM staff_identities WHERE staff_id = {known.Id} AND provider = {person.Provider}", cancellationToken) > 0) throw new RefusedException(NotHere);
        if (known is { Enabled: 0 } || (known is null && (roles is not { Count: > 0 } || person.Email is null))) throw new RefusedException(NotHere);
        if (roles is { Count: 0 })
        {
            // Of who was never admitted by this provider it takes nothing.
            if (id is not null) await database.CommitAsync(WithoutRoles(known!), cancellationToken);
            throw new RefusedException(NotHere);
        }

        var commit = new Commit();
        var member = known ?? new Member { Id = Ids.New("stf"), Email = person.Email!, Name = person.Name ?? person.Email!, Roles = Json.Write(roles!), Version = 1, CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds() };
        var given = roles is null ? member.Roles : Json.Write(roles);
        if (known is null)
        {
            StaffStore.Insert(commit, member);
            commit.Audit("staff.added", $"staff:{member.Id}", null, member.Told());
        }
        else if (id is null || given != known.Roles)
        {
            // Whoever took them in may have set the password, or hold the invitation: neither opens what the provider gives.
            member = known with { Roles = given, PasswordHash = null, Version = known.Version + 1 };
            StaffStore.Update(commit, member);
            StaffSessions.EndAll(commit, member.Id);
            commit.Add($"DELETE FROM staff_invitations WHERE staff_id = {member.Id}");
            commit.Audit("staff.changed", $"staff:{member.Id}", known.Told(), member.Told());
        }

        if (id is null) commit.Add($"INSERT INTO staff_identities (provider, subject, staff_id, created_at) VALUES ({person.Provider}, {person.Subject}, {member.Id}, {Sql.Now})");
        return (commit, member);
    }

    private static Commit WithoutRoles(Member known)
    {
        var commit = new Commit();
        StaffSessions.EndAll(commit, known.Id);
        if (known.RoleIds.Count == 0) return commit;
        var next = known with { Roles = "[]", PasswordHash = null, Version = known.Version + 1 };
        StaffStore.Update(commit, next);
        return commit.Audit("staff.changed", $"staff:{known.Id}", known.Told(), next.Told());
    }
}
