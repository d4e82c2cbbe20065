using System.Text.Json;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Staff;

internal sealed record Role(string Id, string Name, string Grants, long Version)
{
    public IReadOnlyList<Grant> List => JsonSerializer.Deserialize<Grant[]>(Grants, Json.Options)!;

    public RoleView View() => new(Id, Name, List, Version);
}

/// <summary>Members and roles at rest.</summary>
internal sealed class StaffStore(Database database)
{
    public const string Stale = "stale", Table = "staff";

    private static Sql Columns => $"id, email, name, roles, enabled, password_hash AS PasswordHash, version, created_at AS CreatedAt";

    public Task<Member?> FindAsync(string id, CancellationToken cancellationToken) => database.FirstAsync<Member>($"SELECT {Columns} FROM staff WHERE id = {id}", cancellationToken);

    public Task<Member?> ByEmailAsync(string email, CancellationToken cancellationToken) => database.FirstAsync<Member>($"SELECT {Columns} FROM staff WHERE email_key = {Member.KeyOf(email)}", cancellationToken);

    public Task<List<Member>> PageAsync(string after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<Member>($"SELECT {Columns} FROM staff WHERE id > {after} ORDER BY id LIMIT {count}", cancellationToken);

    public static void Insert(Commit commit, Member member) => commit.Add($"""
        INSERT INTO staff (id, email, email_key, name, roles, enabled, password_hash, version, created_at)
        VALUES ({member.Id}, {member.Email}, {Member.KeyOf(member.Email)}, {member.Name}, {member.Roles}, {member.Enabled}, {member.PasswordHash}, {member.Version}, {member.CreatedAt})
        """);

    /// <summary>Writes the next version of a member. Its version must be one more than what it was computed from.</summary>
    public static void Update(Commit commit, Member member) => Hold(commit, member.Id, member.Version - 1).Require($"""
        UPDATE staff SET name = {member.Name}, roles = {member.Roles}, enabled = {member.Enabled}, password_hash = {member.PasswordHash}, version = {member.Version}
        WHERE id = {member.Id} AND version = {member.Version - 1}
        """, 1, Stale);

    /// <summary>The member as they were read, and nobody else at them. A session that begins holds them too, so that whoever then ends all sessions ends that one.</summary>
    public static Commit Hold(Commit commit, string id, long version) => commit.Hold($"SELECT 1 FROM staff WHERE id = {id} AND version = {version}{new Sql.Lock("staff")}", Stale);

    /// <summary>With everything that opens a door for them.</summary>
    public static void Delete(Commit commit, Member member)
    {
        Hold(commit, member.Id, member.Version);
        StaffSessions.EndAll(commit, member.Id);
        commit.Add($"DELETE FROM staff_invitations WHERE staff_id = {member.Id}").Add($"DELETE FROM staff_identities WHERE staff_id = {member.Id}");
        commit.Require($"DELETE FROM staff WHERE id = {member.Id} AND version = {member.Version}", 1, Stale);
    }

    public Task<Role?> RoleAsync(string id, CancellationToken cancellationToken) => database.FirstAsync<Role>($"SELECT id, name, grants, version FROM roles WHERE id = {id}", cancellationToken);

    public Task<List<Role>> RolesAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        database.QueryAsync<Role>($"SELECT id, name, grants, version FROM roles WHERE id {Sql.In(ids)}", cancellationToken);

    public Task<List<Role>> RolePageAsync(string after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<Role>($"SELECT id, name, grants, version FROM roles WHERE id > {after} ORDER BY id LIMIT {count}", cancellationToken);

    /// <summary>Whether somebody has the role.</summary>
    public async Task<bool> IsGivenAsync(string role, CancellationToken cancellationToken) =>
        (await database.QueryAsync<string>($"SELECT roles FROM staff", cancellationToken)).Exists(roles => JsonSerializer.Deserialize<string[]>(roles, Json.Options)!.Contains(role));
}
