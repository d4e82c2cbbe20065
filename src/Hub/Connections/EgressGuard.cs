using System.Net;
using System.Net.Sockets;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>
/// Where the hub may connect to. The address is judged after the name was resolved and is the one that is connected to, so that no name, spelling
/// or late answer of a name server leads inside.
/// </summary>
/// <param name="configuration"><c>Egress:AllowPrivate</c>: for development, where vendors are simulated on this machine. Never in a shop that is open.</param>
/// <param name="resolve">The addresses of a name; the system's own resolver otherwise.</param>
internal sealed class EgressGuard(IConfiguration configuration, EgressGuard.Resolver? resolve = null)
{
    public delegate Task<IPAddress[]> Resolver(string host, CancellationToken cancellationToken);

    private const int HttpsPort = 443;

    /// <summary>What is not the public internet. IPv6 addresses that carry an IPv4 address are judged by it.</summary>
    private static readonly IPNetwork[] Closed =
    [
        .. "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
            .Split(' ').Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] ClosedSix = [.. "2001::/23 2001:db8::/32 3fff::/20".Split(' ').Select(IPNetwork.Parse)];

    private readonly bool allowPrivate = configuration.GetValue("Egress:AllowPrivate", false);
    private readonly Resolver resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>An address of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return !Array.Exists(Closed, network => network.Contains(address));
        if (address.IsIPv4MappedToIPv6) return IsPublic(address.MapToIPv4());
        var bytes = address.GetAddressBytes();
        if (IPNetwork.Parse("64:ff9b::/96").Contains(address)) return IsPublic(new IPAddress(bytes.AsSpan(12, 4)));
        if (IPNetwork.Parse("2002::/16").Contains(address)) return IsPublic(new IPAddress(bytes.AsSpan(2, 4)));
        return address.ScopeId == 0 && GlobalUnicast.Contains(address) && !Array.Exists(ClosedSix, network => network.Contains(address));
    }

    /// <summary>Connects to the first address of the host that answers; refuses (Misconfigured) when one of them is not public.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        if (!allowPrivate && (port != HttpsPort || context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps))
            throw new VendorException(VendorFailure.Misconfigured, $"{host}:{port} is not an https address on port {HttpsPort}.");
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        // All of them, because a name that mixes inside and outside is an attack and not a mistake.
        if (!allowPrivate && Array.Exists(addresses, address => !IsPublic(address)))
            throw new VendorException(VendorFailure.Misconfigured, $"{host} is not on the public internet.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
