using Composable.Hub.Access.Keys;
using Composable.Hub.Access.Proving;
using Composable.Hub.Access.Ring;
using Composable.Hub.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Composable.Hub.Access;

internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SessionOptions>().BindConfiguration("Sessions").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(new AccessKeys(configuration)).AddSingleton<KeyStore>().AddSingleton<NewKeys>().AddHostedService<KeyWatch>()
            .AddSingleton<MasterKeys>().AddSingleton<KeyRing>().AddHostedService<RingWatch>().AddSingleton<SharedLimits>().AddSingleton<RateLimits>().AddSingleton<Throttle>()
            .AddProving().AddBearers();
    }

    private static IServiceCollection AddProving(this IServiceCollection services)
    {
        services.AddOptions<SignInOptions>().BindConfiguration("SignIn").ValidateDataAnnotations()
            .Validate(options => options.BreachedPasswords is not { } path || File.Exists(path), "SignIn:BreachedPasswords names a file that is not there.").ValidateOnStart();
        return services.AddSingleton<Passwords>().AddSingleton<PasswordRules>().AddSingleton<Attempts>();
    }

    private static IServiceCollection AddBearers(this IServiceCollection services)
    {
        services.AddOptions<StaffSessionOptions>().BindConfiguration("StaffSessions").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Sessions>().AddSingleton<StaffSessions>().AddSingleton<AccessTokens>().AddSingleton<ServiceTokens>().AddSingleton<Bearers>();
        return services.AddSingleton<IBearer>(provider => provider.GetRequiredService<Sessions>()).AddSingleton<IBearer>(provider => provider.GetRequiredService<StaffSessions>())
            .AddSingleton<IBearer>(provider => provider.GetRequiredService<AccessTokens>());
    }

    public static void UseRateLimits(this WebApplication app)
    {
        var (limits, newKeys) = (app.Services.GetRequiredService<RateLimits>(), app.Services.GetRequiredService<NewKeys>());
        app.Use((context, next) =>
        {
            var looking = newKeys.LookAsync(context);
            return looking.IsCompletedSuccessfully ? next(context) : AfterAsync(looking, context, next);
        });
        app.Use((context, next) =>
        {
            var taking = limits.TakeAsync(context);
            return taking.IsCompletedSuccessfully ? GoOnAsync(context, next, taking.Result) : WaitAsync(context, next, taking);
        });
    }

    /// <summary>Finds out who is signed in, once a request, and counts what they ask from wherever they are.</summary>
    public static void UseSessions(this WebApplication app)
    {
        var (bearers, limits) = (app.Services.GetRequiredService<Bearers>(), app.Services.GetRequiredService<RateLimits>());
        app.Use(async (context, next) =>
        {
            // A body may have taken long to arrive: who is calling is decided now.
            if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true) context.Items.Remove(typeof(Caller));
            var caller = IsLimited(context.Request.Path) && Bearers.TokenOf(context) is { } token ? await bearers.EnterAsync(context, token) : null;
            await GoOnAsync(context, next, caller is null ? null : await limits.TakeAsync(context, caller.Id));
        });
    }

    /// <summary>Elsewhere nobody counts requests, and a session changes nothing.</summary>
    private static bool IsLimited(PathString path) => path.StartsWithSegments("/v1") || path.StartsWithSegments("/admin") || path.StartsWithSegments("/metrics");

    private static async Task AfterAsync(Task looking, HttpContext context, RequestDelegate next)
    {
        await looking;
        await next(context);
    }

    private static async Task WaitAsync(HttpContext context, RequestDelegate next, ValueTask<Refusal?> taking) => await GoOnAsync(context, next, await taking);

    private static Task GoOnAsync(HttpContext context, RequestDelegate next, Refusal? refusal) => refusal is null ? next(context) : ProblemAnswers.WriteAsync(context, refusal);
}
