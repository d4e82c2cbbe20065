using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Composable.Hub.Storage;
using Composable.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Composable.Hub.Tests.Fixture;

/// <summary>A whole hub with its simulated vendors on free ports. One per database for all tests, which make their own products; a shop of a test's own closes with it.</summary>
public sealed class TestShop : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<TestShop>>> Running = new();
    private static int products, ports;
    private readonly List<WebApplication> others = [];

    private TestShop(WebApplication hub, WebApplication sandbox, Uri url, Uri sandboxUrl) =>
        (Hub, Sandbox, Url, SandboxUrl, Http) = (hub, sandbox, url, sandboxUrl, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) });

    public static string? PostgresUrl => Environment.GetEnvironmentVariable("COMPOSABLE_TEST_POSTGRES");

    public WebApplication Hub { get; }

    public WebApplication Sandbox { get; }

    public Uri Url { get; }

    public Uri SandboxUrl { get; }

    public HttpClient Http { get; }

    internal Database Database => Hub.Services.GetRequiredService<Database>();

    public static Task<TestShop> OnAsync(string database) => Running.GetOrAdd(database, name => new(() => StartAsync(name))).Value;

    /// <summary>A shop of a test's own, with settings of its own; <c>{sandbox}</c> in them is where the simulated vendors are.</summary>
    public static Task<TestShop> StartAsync(string database, params (string Key, string Value)[] settings) => StartAsync(database, _ => { }, settings);

    /// <summary>The same, with services that the hub takes instead of its own or beside them.</summary>
    internal static async Task<TestShop> StartAsync(string database, Action<IServiceCollection> services, params (string Key, string Value)[] settings)
    {
        var data = Scratch.Folder("tests");
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var sandbox = SandboxApp.Create(new SandboxOptions { DataDirectory = Path.Combine(data, "sandbox"), Port = 0, StripeWebhookUrl = new Uri(url, "/webhooks/stripe").ToString(), AdyenWebhookUrl = new Uri(url, "/webhooks/adyen").ToString() });
        await sandbox.StartAsync();

        var connection = database == "sqlite" ? $"Data Source={Path.Combine(data, "hub.db")}" : await FreshPostgresAsync();
        return new TestShop(await StartHubAsync(connection, url, AddressOf(sandbox), services, settings), sandbox, url, AddressOf(sandbox));
    }

    /// <summary>Another hub on the same database and vendors, which closes with this one.</summary>
    public async Task<TestShop> AnotherHubAsync(params (string Key, string Value)[] settings)
    {
        var connection = Hub.Services.GetRequiredService<IConfiguration>()["Storage:Connection"]!;
        var url = new Uri($"http://127.0.0.1:{FreePort()}");
        var hub = await StartHubAsync(connection, url, SandboxUrl, _ => { }, settings);
        others.Add(hub);
        return new TestShop(hub, Sandbox, url, SandboxUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var app in (WebApplication[])[.. others, Hub, Sandbox])
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    public ShopClient Client() => new(this);

    /// <summary>A SKU no other test touches.</summary>
    public static string NewSku() => $"T-{Interlocked.Increment(ref products).ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}"[..16].ToUpperInvariant();

    private static async Task<WebApplication> StartHubAsync(string connection, Uri url, Uri sandboxUrl, Action<IServiceCollection> services, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "shop.json"));
        var all = new Dictionary<string, string?>
        {
            ["Storage:Connection"] = connection,
            ["Urls"] = url.ToString(),
            ["Access:CommandsNeedIfMatch"] = "true",
            ["Access:SteadyStep"] = "00:00:00",
            ["Mail:Folder"] = Mailbox.Folder,
            ["SignIn:PasswordRounds"] = "1000",
            ["SignIn:LettersPerHour"] = "1000",
            ["Secrets:Keys:0:Id"] = "test",
            ["Secrets:Keys:0:Key"] = "dGhpcyBrZXkgaXMgZm9yIHRlc3RzIGFuZCBubyBtb3I=",
        };
        var connections = builder.Configuration.GetSection("Connections").GetChildren().ToList();
        for (var i = 0; i < connections.Count; i++)
            foreach (var setting in (string[])["BaseUrl", "DataProtectionUrl"])
                if (connections[i][$"Settings:{setting}"] is { } shipped) all[$"Connections:{i}:Settings:{setting}"] = new Uri(sandboxUrl, new Uri(shipped).AbsolutePath).ToString();
        var ids = connections.Select(connection => connection["Id"]!).ToList();
        foreach (var (key, value) in settings) all[Numbered(key, ids, all)] = value.Replace("{sandbox}", sandboxUrl.ToString().TrimEnd('/'), StringComparison.Ordinal);
        builder.Configuration.AddInMemoryCollection(all);
        services(builder.Services);
        var hub = HubApp.Build(builder);
        await HubApp.PrepareAsync(hub, CancellationToken.None);
        await hub.StartAsync();
        return hub;
    }

    /// <summary>Tests name connections by their id, <c>Connections:stripe:Settings:…</c>, where configuration counts them; an id of their own makes a new one.</summary>
    private static string Numbered(string key, List<string> ids, Dictionary<string, string?> settings)
    {
        if (key.Split(':') is not ["Connections", var id, .. var rest]) return key;
        if (!ids.Contains(id)) ids.Add(id);
        var at = $"Connections:{ids.IndexOf(id).ToString(CultureInfo.InvariantCulture)}";
        settings[$"{at}:Id"] = id;
        return $"{at}:{string.Join(':', rest)}";
    }

    /// <summary>Below the ports that outgoing connections take: one of those could be taken between choosing and listening.</summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < 1_000; tries++)
        {
            var port = 12_000 + (int)((uint)(Interlocked.Increment(ref ports) + (Environment.ProcessId * 97)) % 16_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }

        throw new InvalidOperationException("There is no free port between 12000 and 28000.");
    }

    /// <summary>The connection of an empty database.</summary>
    public static async Task<string> FreshPostgresAsync()
    {
        var url = PostgresUrl ?? throw new InvalidOperationException("COMPOSABLE_TEST_POSTGRES is not set: these tests need a PostgreSQL server.");
        var name = $"test_{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(url);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(url) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
}
