using Composable.Hub.Durability;

namespace Composable.Hub.Payments;

internal static class PaymentsSlice
{
    public static IServiceCollection AddPayments(this IServiceCollection services) => services
        .AddSingleton<TransferBook>().AddSingleton<PaymentDesk>()
        .AddSingleton<VoidOrphanProcess>().AddSingleton<Process>(provider => provider.GetRequiredService<VoidOrphanProcess>())
        .AddHostedService<OrphanSweep>();
}
