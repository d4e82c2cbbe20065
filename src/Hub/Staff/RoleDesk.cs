using System.Text.RegularExpressions;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Staff;

/// <summary>Roles are made and changed by who has all that is in them, before and after.</summary>
internal sealed partial class RoleDesk(Database database, StaffStore store, MemberNames members)
{
    private const int MostGrants = 50, MostNames = 100, LongestName = 60;

    private static readonly Refusal Moved = new(412, "precondition_failed", "This has changed since you read it.");

    public async Task<IResult> PutAsync(string id, RoleInput input, Caller caller, Func<long?, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (Wrong(id, input) is { } wrong) return wrong.ToResult();
        var before = await store.RoleAsync(id, cancellationToken);
        if (precondition(before?.Version) is { } stale) return stale.ToResult();
        if (Beyond([.. input.Grants, .. before?.List ?? []], caller) is { } beyond) return beyond.ToResult();
        var role = new Role(id, input.Name, Json.Write(input.Grants), (before?.Version ?? 0) + 1);
        var commit = before is null
            ? new Commit().Add($"INSERT INTO roles (id, name, grants, version) VALUES ({id}, {role.Name}, {role.Grants}, 1)")
            : new Commit().Require($"UPDATE roles SET name = {role.Name}, grants = {role.Grants}, version = {role.Version} WHERE id = {id} AND version = {before.Version}", 1, StaffStore.Stale);
        commit.Audit(before is null ? "role.created" : "role.changed", $"role:{id}", before is null ? null : Json.Write(before.View()), Json.Write(role.View()));
        var answer = new Answer(before is null ? 201 : 200, Json.Write(role.View())) { ETag = ETags.Of(role.Version) };
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        return await CommitAsync(commit, answer, cancellationToken);
    }

    public async Task<IResult> DeleteAsync(string id, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (await store.RoleAsync(id, cancellationToken) is not { } role) return Refusal.NotFound("role").ToResult();
        if ((precondition(role.Version) ?? Beyond(role.List, caller)) is { } refusal) return refusal.ToResult();
        if (await store.IsGivenAsync(id, cancellationToken)) return new Refusal(409, "role_in_use", "Somebody has this role. Take it from them first.").ToResult();
        var commit = new Commit().Require($"DELETE FROM roles WHERE id = {id} AND version = {role.Version}", 1, StaffStore.Stale).Audit("role.deleted", $"role:{id}", Json.Write(role.View()));
        key?.Remember(commit, 204, "", IdempotencyKey.Usual);
        return await CommitAsync(commit, new(204, ""), cancellationToken);
    }

    /// <summary>Nobody deals in what they do not have.</summary>
    public static Refusal? Beyond(IEnumerable<Grant> grants, Caller caller) => grants.FirstOrDefault(grant => !caller.Rights.Cover(grant)) is { } beyond
        ? new(403, "forbidden", $"Only who has {beyond.Scope} at least as far can deal in it.") : null;

    private async Task<IResult> CommitAsync(Commit commit, Answer answer, CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return answer;
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException { Table: "roles" })
        {
            return Moved.ToResult();
        }
    }

    private Refusal? Wrong(string id, RoleInput input)
    {
        if (!Names().IsMatch(id)) return Refusal.Invalid("", "invalid_id", "The id of a role has 1 to 40 lower-case letters, digits and hyphens, and does not begin with a hyphen.");
        if (input.Name.Length is 0 or > LongestName || input.Name.Any(char.IsControl)) return Refusal.Invalid("/name", "out_of_range", $"A name has 1 to {LongestName} characters.");
        if (input.Grants.Count is 0 or > MostGrants) return Refusal.Invalid("/grants", "out_of_range", $"1 to {MostGrants} grants.");
        for (var number = 0; number < input.Grants.Count; number++) if (Wrong(input.Grants[number], $"/grants/{number}") is { } wrong) return wrong;
        return null;
    }

    private Refusal? Wrong(Grant grant, string at)
    {
        if (!Scopes.All.Contains(grant.Scope)) return Refusal.Invalid($"{at}/scope", "unknown_scope", $"There are: {string.Join(", ", Scopes.All)}.");
        if (grant.Connections is not null && grant.Scope != "connections:write") return Refusal.Invalid($"{at}/connections", "not_allowed", "Only connections:write is given by connection.");
        if (grant.Connections is { Count: 0 or > MostNames } || grant.Connections?.All(Names().IsMatch) == false) return Refusal.Invalid($"{at}/connections", "invalid", $"1 to {MostNames} ids of connections; leave it out for all.");
        // Connectors have settings of their own, which are not known here.
        if (grant.Scope is not ("*" or "connections:write") && grant.Hidden?.FirstOrDefault(name => !members.Has(name)) is { } unknown) return Refusal.Invalid($"{at}/hidden", "unknown_member", $"Nothing is called {unknown}, so that it would hide nothing.");
        return grant.Hidden is { Count: > MostNames } || grant.Hidden?.All(Members().IsMatch) == false ? Refusal.Invalid($"{at}/hidden", "invalid", $"At most {MostNames} names of members.") : null;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex Names();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,59}\z")]
    private static partial Regex Members();
}
