namespace Composable.Hub.Identity;

/// <summary>Who somebody is with another provider.</summary>
internal static class IdentitySlice
{
    public static IServiceCollection AddIdentity(this IServiceCollection services) => services.AddSingleton<Providers>().AddSingleton<SignInFlows>();
}
