using Composable.Connectors.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Connectors;

/// <summary>The vendors that come with the hub, one line each.</summary>
public static class VendorConnectors
{
    public static IServiceCollection AddVendorConnectors(this IServiceCollection services) => services
        .AddSingleton<Connector, Adyen.Adyen>()
        .AddSingleton<Connector, Cloudflare.Cloudflare>()
        .AddSingleton<Connector, InProcessEdge.InProcessEdge>()
        .AddSingleton<Connector, Contentful.Contentful>()
        .AddSingleton<Connector, EmbeddedContent.EmbeddedContent>()
        .AddSingleton<Connector, ManualPayment.ManualPayment>()
        .AddSingleton<Connector, Remote.RemoteContent>()
        .AddSingleton<Connector, Remote.RemoteEdge>()
        .AddSingleton<Connector, Remote.RemotePayments>()
        .AddSingleton<Connector, Remote.RemoteSearch>()
        .AddSingleton<Connector, Remote.RemoteTax>()
        .AddSingleton<Connector, Stripe.Stripe>()
        .AddSingleton<Connector, TaxJar.TaxJar>()
        .AddSingleton<Connector, TaxTables.TaxTables>()
        .AddSingleton<Connector, Typesense.Typesense>();
}
