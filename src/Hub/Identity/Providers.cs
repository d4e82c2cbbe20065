using System.Net;
using Composable.Hub.Connections;

namespace Composable.Hub.Identity;

/// <summary>The providers of the settings. They are reached by the same guarded way out as vendors.</summary>
internal sealed class Providers : IDisposable
{
    private const int LargestAnswer = 256 << 10;

    private readonly SortedDictionary<string, Provider> byId = new(StringComparer.Ordinal);
    private readonly HttpClient http;

    /// <exception cref="InvalidOperationException">A provider is wrong; the message names the setting.</exception>
    public Providers(IConfiguration configuration, EgressGuard guard, TimeProvider clock)
    {
        var allowPlain = configuration.GetValue("Egress:AllowPrivate", false);
        http = new(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = guard.ConnectAsync,
        })
        { Timeout = TimeSpan.FromSeconds(6), MaxResponseContentBufferSize = LargestAnswer };
        foreach (var section in configuration.GetSection("SignIn:Providers").GetChildren())
        {
            var options = section.Get<ProviderOptions>() ?? new();
            if (options.Wrong(allowPlain) is { } wrong) throw new InvalidOperationException($"{section.Path} {wrong}");
            byId[section.Key] = new(section.Key, options, http, allowPlain, clock);
        }
    }

    public IEnumerable<Provider> For(string audience) => byId.Values.Where(provider => provider.Options.For == audience);

    public Provider? Find(string id, string audience) => byId.GetValueOrDefault(id) is { } provider && provider.Options.For == audience ? provider : null;

    public void Dispose()
    {
        foreach (var provider in byId.Values) provider.Dispose();
        http.Dispose();
    }
}
