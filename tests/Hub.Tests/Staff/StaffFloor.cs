using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Staff;

/// <summary>Takes people in and signs them in, as an administrator and they do.</summary>
internal static class StaffFloor
{
    public const string Password = "a kettle of nine owls";

    public static string NewEmail() => $"staff-{Guid.NewGuid():N}@shop.example";

    public static string NewRole() => $"role-{Guid.NewGuid():N}"[..30];

    /// <summary>A member with one role of these grants; the answer to their sign-in.</summary>
    public static async Task<Reply> SignInAsync(ShopClient client, params object[] grants)
    {
        var (_, email) = await TakeInAsync(client, grants.Length == 0 ? [] : [await RoleAsync(client, grants)]);
        return (await TryAsync(client, email)).ShouldAnswer(201);
    }

    public static async Task<string> RoleAsync(ShopClient client, params object[] grants)
    {
        var id = NewRole();
        (await client.StaffAsync(HttpMethod.Put, $"/admin/roles/{id}", new { name = "Some role", grants })).ShouldAnswer(201);
        return id;
    }

    /// <summary>A member who has set a password.</summary>
    public static async Task<(string Id, string Email)> TakeInAsync(ShopClient client, params string[] roles)
    {
        var email = NewEmail();
        var added = (await client.StaffAsync(HttpMethod.Post, "/admin/staff", new { email, name = "Grace Hopper", roles })).ShouldAnswer(201);
        (await AcceptAsync(client, added.Text("invitation/token")!)).ShouldAnswer(204);
        return (added.Text("id")!, email);
    }

    public static Task<Reply> AcceptAsync(ShopClient client, string token, string password = Password) => client.SendAsync(HttpMethod.Post, "/admin/invitations/accept", new { token, password }, key: null);

    public static Task<Reply> TryAsync(ShopClient client, string email, string password = Password) => client.SendAsync(HttpMethod.Post, "/admin/sessions", new { email, password }, key: null);
}
