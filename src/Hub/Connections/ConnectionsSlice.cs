using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Connections.Routing;

namespace Composable.Hub.Connections;

internal static class ConnectionsSlice
{
    public static IServiceCollection AddVendorConnections(this IServiceCollection services) => services
        .AddSingleton<EgressGuard>().AddSingleton<Outbound>().AddSingleton<CallLog>().AddHostedService(provider => provider.GetRequiredService<CallLog>())
        .AddSingleton<ConnectorPackages>().AddSingleton<SecretBox>().AddSingleton<ConnectionStore>().AddSingleton<Resealing>().AddSingleton<ConnectionList>().AddSingleton<ConnectionDesk>().AddSingleton<ConnectionsAsCode>()
        .AddHostedService<ConnectionWatch>().AddHostedService<ConnectionProbe>()
        .AddSingleton<RouteStore>().AddSingleton<RouteTable>().AddSingleton<CanaryWatch>().AddSingleton<Shadows>().AddSingleton<Router>().AddSingleton<RouteDesk>()
        .AddSingleton<WebhookInbox>().AddSingleton<IPersonalData, NoticeRecords>().AddSingleton<ContentNotices>().AddHostedService<WebhookWorker>();

    public static void MapWebhooks(this IEndpointRouteBuilder routes) => routes.MapPost("/webhooks/{connection}",
        (string connection, HttpContext context, WebhookInbox inbox, CancellationToken cancellationToken) => inbox.ReceiveAsync(connection, context, cancellationToken))
        .ForAnyone().ExcludeFromDescription();
}
