using Composable.Hub.Http;

namespace Composable.Hub.Access;

internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(new AccessKeys(configuration)).AddSingleton<RateLimits>();
    }

    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use((context, next) => limits.Take(context) is { } refusal ? ProblemAnswers.WriteAsync(context, refusal) : next(context));
    }
}
