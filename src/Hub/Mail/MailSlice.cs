namespace Composable.Hub.Mail;

internal static class MailSlice
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration("Mail").ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<Mailer>();
    }
}
