using Composable.Hub.Access.Keys;
using Composable.Hub.Access.Ring;
using Composable.Hub.Http;

namespace Composable.Hub.Access;

internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SessionOptions>().BindConfiguration("Sessions").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(new AccessKeys(configuration)).AddSingleton<KeyStore>().AddSingleton<NewKeys>().AddHostedService<KeyWatch>().AddSingleton<MasterKeys>().AddSingleton<KeyRing>().AddHostedService<RingWatch>().AddSingleton<SharedLimits>().AddSingleton<RateLimits>().AddSingleton<Throttle>().AddSingleton<Sessions>();
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

    /// <summary>Finds out who is signed in, once a request.</summary>
    public static void UseSessions(this WebApplication app)
    {
        var sessions = app.Services.GetRequiredService<Sessions>();
        app.Use(async (context, next) =>
        {
            if (IsLimited(context.Request.Path) && Sessions.TokenOf(context) is { } token) Caller.SignIn(context, await sessions.FindAsync(token, context.RequestAborted));
            await next(context);
        });
    }

    /// <summary>Elsewhere nobody counts requests, and a session changes nothing.</summary>
    private static bool IsLimited(PathString path) => path.StartsWithSegments("/v1") || path.StartsWithSegments("/admin");

    private static async Task AfterAsync(Task looking, HttpContext context, RequestDelegate next)
    {
        await looking;
        await next(context);
    }

    private static async Task WaitAsync(HttpContext context, RequestDelegate next, ValueTask<Refusal?> taking) => await GoOnAsync(context, next, await taking);

    private static Task GoOnAsync(HttpContext context, RequestDelegate next, Refusal? refusal) => refusal is null ? next(context) : ProblemAnswers.WriteAsync(context, refusal);
}
