using Composable.Hub.Http;

namespace Composable.Hub.Access;

internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SessionOptions>().BindConfiguration("Sessions").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(new AccessKeys(configuration)).AddSingleton<RateLimits>().AddSingleton<Sessions>();
    }

    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use((context, next) => limits.Take(context) is { } refusal ? ProblemAnswers.WriteAsync(context, refusal) : next(context));
    }

    /// <summary>Finds out who is signed in, once a request.</summary>
    public static void UseSessions(this WebApplication app)
    {
        var sessions = app.Services.GetRequiredService<Sessions>();
        app.Use(async (context, next) =>
        {
            if (Sessions.TokenOf(context) is { } token) Caller.SignIn(context, await sessions.FindAsync(token, context.RequestAborted));
            await next(context);
        });
    }
}
