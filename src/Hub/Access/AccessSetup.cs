using Composable.Hub.Http;

namespace Composable.Hub.Access;

internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(new AccessKeys(configuration)).AddSingleton<SharedLimits>().AddSingleton<RateLimits>().AddSingleton<Throttle>();
    }

    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use((context, next) =>
        {
            var taking = limits.TakeAsync(context);
            return taking.IsCompletedSuccessfully ? GoOnAsync(context, next, taking.Result) : WaitAsync(context, next, taking);
        });
    }

    private static async Task WaitAsync(HttpContext context, RequestDelegate next, ValueTask<Refusal?> taking) => await GoOnAsync(context, next, await taking);

    private static Task GoOnAsync(HttpContext context, RequestDelegate next, Refusal? refusal) => refusal is null ? next(context) : ProblemAnswers.WriteAsync(context, refusal);
}
