using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Identity;
using Composable.Hub.Storage;

namespace Composable.Hub.Staff;

/// <summary>Who works for the shop, and what they may do.</summary>
internal static class StaffSlice
{
    public static IServiceCollection AddStaff(this IServiceCollection services) =>
        services.AddSingleton<StaffStore>().AddSingleton<MemberNames>().AddSingleton<RoleDesk>().AddSingleton<StaffDesk>().AddSingleton<StaffDoor>().AddSingleton<StaffFromOutside>();

    public static void MapStaff(this IEndpointRouteBuilder routes)
    {
        var roles = routes.MapGroup("/admin/roles").WithTags("Staff");
        roles.MapGet("", RolesAsync).ForAdmin("staff:read").Produces<Page<RoleView>>();
        roles.MapGet("{id}", RoleAsync).ForAdmin("staff:read").Produces<RoleView>();
        roles.MapPut("{id}", PutRoleAsync).ForAdmin("staff:write").Produces<RoleView>().Produces<RoleView>(201);
        roles.MapDelete("{id}", DeleteRoleAsync).ForAdmin("staff:write").Produces(204);

        var staff = routes.MapGroup("/admin/staff").WithTags("Staff");
        staff.MapGet("", ListAsync).ForAdmin("staff:read").Produces<Page<StaffView>>();
        staff.MapGet("{id}", GetAsync).ForAdmin("staff:read").Produces<StaffView>();
        staff.MapPost("", AddAsync).ForAdmin("staff:write").Produces<StaffView>(201);
        staff.MapPatch("{id}", PatchAsync).ForAdmin("staff:write").Produces<StaffView>();
        staff.MapDelete("{id}", DeleteAsync).ForAdmin("staff:write").Produces(204);
        staff.MapPost("{id}/invitation", InviteAsync).ForAdmin("staff:write").Produces<StaffView>(201);

        var door = routes.MapGroup("/admin").WithTags("Staff");
        door.MapPost("invitations/accept", AcceptAsync).ForAnyone().Produces(204);
        door.MapPost("sessions", SignInAsync).ForAnyone().Produces<StaffSessionView>(201);
        door.MapGet("sign-ins/providers", (SignInFlows flows) => Results.Json(new Page<ProviderView>(flows.Offered(ProviderOptions.Staff), null), Json.Options)).ForAnyone().Produces<Page<ProviderView>>();
        door.MapPost("sign-ins", BeginAsync).ForAnyone().Produces<SignInFlow>(201);
        door.MapPost("sign-ins/finish", FinishAsync).ForAnyone().Produces<StaffSessionView>(201);
        door.MapGet("sessions/current", CurrentAsync).ForStaff().Produces<StaffSessionView>();
        door.MapDelete("sessions/current", SignOutAsync).ForStaff().Produces(204);
        door.MapPost("sessions/password", ChangePasswordAsync).ForStaff().Produces<StaffSessionView>(201);
    }

    private static async Task<IResult> RolesAsync(PageRequest page, StaffStore store, CancellationToken cancellationToken) =>
        Results.Json(page.Of(await store.RolePageAsync(page.Keys(1) is [var last] ? last : "", page.Limit + 1, cancellationToken), role => role.View(), role => [role.Id]), Json.Options);

    private static async Task<IResult> RoleAsync(string id, HttpContext context, StaffStore store, CancellationToken cancellationToken) =>
        await store.RoleAsync(id, cancellationToken) is { } role ? ETags.Answer(context, role.Version, role.View()) : Refusal.NotFound("role").ToResult();

    private static Task<IResult> PutRoleAsync(string id, Body<RoleInput> body, HttpContext context, RoleDesk desk, CancellationToken cancellationToken) =>
        desk.PutAsync(id, body.Value, Caller.Of(context), version => ETags.RequireOrAbsent(context, version), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static Task<IResult> DeleteRoleAsync(string id, HttpContext context, RoleDesk desk, CancellationToken cancellationToken) =>
        desk.DeleteAsync(id, Caller.Of(context), version => ETags.Require(context, version), IdempotencyKeys.Of(context, () => ""), cancellationToken);

    private static async Task<IResult> ListAsync(PageRequest page, StaffStore store, CancellationToken cancellationToken) =>
        Results.Json(page.Of(await store.PageAsync(page.Keys(1) is [var last] ? last : "", page.Limit + 1, cancellationToken), member => member.View(), member => [member.Id]), Json.Options);

    private static async Task<IResult> GetAsync(string id, HttpContext context, StaffStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } member ? ETags.Answer(context, member.Version, member.View()) : Refusal.NotFound("member").ToResult();

    /// <summary>The answer has an invitation in it, so it is not remembered for repeats.</summary>
    private static Task<IResult> AddAsync(Body<NewStaff> body, HttpContext context, StaffDesk desk, CancellationToken cancellationToken) => desk.AddAsync(body.Value, Caller.Of(context), cancellationToken);

    private static Task<IResult> PatchAsync(string id, Body<PatchStaff> body, HttpContext context, StaffDesk desk, CancellationToken cancellationToken) =>
        desk.PatchAsync(id, body.Value, Caller.Of(context), version => ETags.Require(context, version), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static Task<IResult> DeleteAsync(string id, HttpContext context, StaffDesk desk, CancellationToken cancellationToken) =>
        desk.DeleteAsync(id, Caller.Of(context), version => ETags.Require(context, version), IdempotencyKeys.Of(context, () => ""), cancellationToken);

    private static Task<IResult> InviteAsync(string id, HttpContext context, StaffDesk desk, CancellationToken cancellationToken) =>
        desk.InviteAsync(id, Caller.Of(context), version => ETags.Require(context, version), cancellationToken);

    private static async Task<IResult> AcceptAsync(Body<AcceptInvitation> body, HttpContext context, StaffDoor door, CancellationToken cancellationToken)
    {
        await door.AcceptAsync(body.Value, ClientAddress.Of(context), cancellationToken);
        return Results.NoContent();
    }

    private static Task<Answer> SignInAsync(Body<StaffSignIn> body, HttpContext context, StaffDoor door, CancellationToken cancellationToken) =>
        door.SignInAsync(body.Value, ClientAddress.Of(context), context.Request.Headers.UserAgent.FirstOrDefault(), cancellationToken);

    private static async Task<Answer> BeginAsync(Body<BeginSignIn> body, HttpContext context, SignInFlows flows, CancellationToken cancellationToken) =>
        new(201, Json.Write(await flows.BeginAsync(ProviderOptions.Staff, body.Value, ClientAddress.Of(context), cancellationToken)));

    private static Task<Answer> FinishAsync(Body<ProviderAnswer> body, HttpContext context, StaffFromOutside outside, CancellationToken cancellationToken) =>
        outside.SignInAsync(body.Value, ClientAddress.Of(context), context.Request.Headers.UserAgent.FirstOrDefault(), cancellationToken);

    private static Task<Answer> CurrentAsync(HttpContext context, StaffDoor door, CancellationToken cancellationToken) => door.CurrentAsync(Caller.Of(context), cancellationToken);

    private static async Task<IResult> SignOutAsync(HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        StaffSessions.End(commit, Caller.Of(context).Staff!.SessionId);
        await database.CommitAsync(commit, cancellationToken);
        return Results.NoContent();
    }

    private static Task<Answer> ChangePasswordAsync(Body<ChangeStaffPassword> body, HttpContext context, StaffDoor door, CancellationToken cancellationToken) =>
        door.ChangePasswordAsync(body.Value, Caller.Of(context), ClientAddress.Of(context), cancellationToken);
}
