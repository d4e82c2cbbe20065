namespace Composable.Hub.Access;

internal static class AccessSetup
{
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration) => services.AddSingleton(new AccessKeys(configuration));
}
