using Composable.Connectors;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Keys;
using Composable.Hub.Access.Ring;
using Composable.Hub.Carts;
using Composable.Hub.Catalog;
using Composable.Hub.Checkout;
using Composable.Hub.Connections;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Customers;
using Composable.Hub.Durability;
using Composable.Hub.Edge;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Composable.Hub.Identity;
using Composable.Hub.Mail;
using Composable.Hub.Markets;
using Composable.Hub.Observability;
using Composable.Hub.Operations;
using Composable.Hub.Orders;
using Composable.Hub.Pages;
using Composable.Hub.Payments;
using Composable.Hub.Promotions;
using Composable.Hub.Rotation;
using Composable.Hub.Search;
using Composable.Hub.Staff;
using Composable.Hub.Storage;

namespace Composable.Hub;

/// <summary>The hub, slice by slice.</summary>
public static class HubApp
{
    /// <summary>Puts the hub together from its configuration; throws with the setting's name when one is wrong.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        builder.AddHubHttp();
        builder.AddOperations();
        services.AddStorage(builder.Configuration);
        services.AddDurability(builder.Configuration);
        services.AddEvents(typeof(SalesReport), typeof(SearchMarks), typeof(EdgeFeed));
        services.AddAccess(builder.Configuration);
        services.AddMarkets(builder.Configuration);
        services.AddVendorConnectors();
        services.AddVendorConnections();
        services.AddCatalog();
        services.AddSearch();
        services.AddPromotions();
        services.AddCarts();
        services.AddPayments();
        services.AddOrders();
        services.AddCheckout();
        services.AddMail();
        services.AddCustomers();
        services.AddIdentity();
        services.AddStaff();
        services.AddEdge();
        services.AddPages();
        services.AddRotation();

        var app = builder.Build();
        app.UseForwardedHeadersOfProxies();
        app.UseRequestLog();
        app.UseAnswerHeaders();
        app.UseProblemAnswers();
        app.UseStrictFraming();
        app.UseSteadyAnswers();
        app.UseCrossOrigin();
        app.UseRateLimits();
        app.UseRoutingWithHead();
        app.UseCardGuard();
        app.UseSessions();
        app.MapOperations();
        var api = app.MapGroup("").AnsweringRepeats();
        api.MapCatalog();
        api.MapSearch();
        api.MapPages();
        api.MapPromotions();
        api.MapCarts();
        api.MapCheckout();
        api.MapOrders();
        api.MapCustomers();
        api.MapProcesses();
        api.MapEvents();
        api.MapConnections();
        api.MapRoutes();
        api.MapNotices();
        api.MapEdge();
        api.MapAudit();
        api.MapKeys();
        api.MapStaff();
        api.MapRotation();
        app.MapTokens();
        app.MapWebhooks();
        app.MapOpenApiDocuments().ForAnyone();
        app.AssertDoors();
        return app;
    }

    /// <summary>What must be true before traffic: providers are set right, the schema is there and the keys are read.</summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<Providers>();
        await app.Services.GetRequiredService<Database>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<SharedLimits>().LoadAsync(cancellationToken);
        await app.Services.GetRequiredService<KeyStore>().RefreshAsync(cancellationToken);
        await app.Services.GetRequiredService<KeyRing>().LoadAsync(cancellationToken);
        await app.Services.GetRequiredService<ConnectionList>().RefreshAsync(cancellationToken);
        await app.Services.GetRequiredService<RouteTable>().RefreshAsync(cancellationToken);
    }
}
