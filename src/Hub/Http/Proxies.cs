using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Composable.Hub.Http;

/// <summary>Whose word is taken for where a request came from: <c>Http:Proxies</c>, addresses and networks such as <c>10.0.0.0/8</c>. Nobody's by default.</summary>
internal static class Proxies
{
    public static void UseForwardedHeadersOfProxies(this WebApplication app)
    {
        var proxies = app.Configuration.GetSection("Http:Proxies").GetChildren().ToList();
        if (proxies.Count == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy.Value, out var address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy.Value, out var network)) options.KnownIPNetworks.Add(network);
            else throw new InvalidOperationException($"{proxy.Path} is neither an address nor a network such as 10.0.0.0/8.");
        }

        app.UseForwardedHeaders(options);
    }
}
