using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Composable.AllInOne.Demo;
using Composable.Hub;
using Composable.Hub.Storage;
using Composable.Sandbox;
using Microsoft.Extensions.Options;

namespace Composable.AllInOne;

/// <param name="Db">PostgreSQL; SQLite in <paramref name="Data"/> when null.</param>
internal sealed record ShopOptions(int Port, string Data, string? Db, bool DemoData)
{
    public string Url => $"http://localhost:{Port}";

    public string SandboxUrl => $"http://localhost:{Port + 10}";

    /// <summary>Pages as files, to be edited while the shop is open.</summary>
    public string Content => Path.GetFullPath(Path.Combine(Data, "content"));

    public string Connection => Db ?? $"Data Source={Path.Combine(Data, "hub.db")}";
}

/// <summary>Everything on one machine: the hub and the simulated vendors in one process.</summary>
internal static class Shop
{
    public static async Task<int> RunAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        await using var shop = await TryStartAsync(options, cancellationToken);
        if (shop is null) return 1;
        Banner.Print(options);
        await shop.Hub.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Does something with a running hub; starts one for the time being when none answers.</summary>
    public static async Task<int> WithHubAsync(ShopOptions options, Func<HttpClient, Task<int>> work, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(options.Url), Timeout = Timeout.InfiniteTimeSpan };
        var running = await IsRunningAsync(client, cancellationToken);
        await using var shop = running ? null : await TryStartAsync(options, cancellationToken);
        return running || shop is not null ? await work(client) : 1;
    }

    /// <summary>Null when something outside of the program is in the way; standard error says what, in one line.</summary>
    private static async Task<RunningShop?> TryStartAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(options, cancellationToken);
        }
        catch (Exception error) when (InTheWay(error, options) is not null)
        {
            await Console.Error.WriteLineAsync(InTheWay(error, options));
            return null;
        }
    }

    private static string? InTheWay(Exception error, ShopOptions options) => error switch
    {
        UnauthorizedAccessException => $"{options.Data} cannot be written; choose another directory with --data.",
        IOException => $"{options.Data} cannot be used: {error.Message}",
        DatabaseUnavailableException or DbException => $"The database cannot be used: {error.GetBaseException().Message}",
        InvalidOperationException or OptionsValidationException => $"The settings are not right: {error.Message}",
        _ => null,
    };

    private static async Task<RunningShop?> StartAsync(ShopOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Data);
        var held = TryHold(Path.Combine(options.Data, "lock"));
        if (held is null)
        {
            await Console.Error.WriteLineAsync($"Another shop is using {options.Data}; choose another directory with --data.");
            return null;
        }

        if (!IsFree(options.Port) || !IsFree(options.Port + 10))
        {
            await held.DisposeAsync();
            await Console.Error.WriteLineAsync($"Port {options.Port} or {options.Port + 10} is in use; choose others with --port (the sandbox takes port + 10).");
            return null;
        }

        var sandbox = SandboxApp.Create(new SandboxOptions { DataDirectory = Path.Combine(options.Data, "sandbox"), Port = options.Port + 10, StripeWebhookUrl = $"{options.Url}/webhooks/stripe", AdyenWebhookUrl = $"{options.Url}/webhooks/adyen" });
        await sandbox.StartAsync(cancellationToken);
        DemoContent.Prepare(options);
        var hub = HubApp.Build(Builder(options));
        DemoShop.MapPictures(hub);
        DemoContent.UseAssets(hub, options);
        await HubApp.PrepareAsync(hub, cancellationToken);
        await hub.StartAsync(cancellationToken);
        if (options.DemoData) await DemoShop.LoadAsync(options, cancellationToken);
        return new RunningShop(hub, sandbox, held);
    }

    /// <summary>Where the shipped settings expect the simulated vendors.</summary>
    private const string Sandbox = "http://localhost:5090";

    private static WebApplicationBuilder Builder(ShopOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var connections = builder.Configuration.GetSection("Connections").GetChildren().ToList();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Connection"] = options.Connection,
            ["Hub:InstanceId"] = Kept(options, "instance", () => $"hub_{Guid.NewGuid():N}"),
            ["Secrets:Keys:0:Id"] = "1",
            ["Secrets:Keys:0:Key"] = Kept(options, "secrets-key", () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            ["Edge:HubUrl"] = options.Url,
            ["Mail:Folder"] = Path.Combine(options.Data, "mail"),
            ["Customers:StorefrontUrl"] = options.Url,
            ["Connectors:Folder"] = Path.Combine(options.Data, "connectors"),
            ["Connectors:DataFolder"] = Path.Combine(options.Data, "connector-data"),
            ["Checkout:ReturnUrl"] = $"{options.Url}/checkout/return",
            [$"Connections:{connections.FindIndex(connection => connection["Id"] == "embedded-content")}:Settings:Folder"] = options.Content,
        });
        // The simulated vendors listen beside the hub, whatever its port is.
        for (var i = 0; i < connections.Count; i++)
            if (connections[i]["Settings:BaseUrl"] is { } address && address.StartsWith(Sandbox, StringComparison.Ordinal)) builder.Configuration[$"Connections:{i}:Settings:BaseUrl"] = options.SandboxUrl + address[Sandbox.Length..];
        builder.Configuration.AddEnvironmentVariables("COMPOSABLE_");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(options.Port));
        return builder;
    }

    /// <summary>
    /// What must be the same after a restart, in a file that only its owner reads: by the instance id the hub takes up its own unfinished work at
    /// once, and the key opens the secrets of connections, which the database holds encrypted.
    /// </summary>
    private static string Kept(ShopOptions options, string name, Func<string> make)
    {
        var file = Path.Combine(options.Data, name);
        if (!File.Exists(file))
        {
            // Whole or not at all: a key that was half written would be lost with everything under it.
            var fresh = file + ".new";
            File.WriteAllText(fresh, make());
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(fresh, file);
        }

        return File.ReadAllText(file);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static FileStream? TryHold(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<bool> IsRunningAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private sealed record RunningShop(WebApplication Hub, WebApplication Sandbox, FileStream Held) : IAsyncDisposable
    {
        /// <summary>The vendors go last: what the hub still has to say to them is heard.</summary>
        public async ValueTask DisposeAsync()
        {
            await Hub.StopAsync();
            await Hub.DisposeAsync();
            await Sandbox.StopAsync();
            await Sandbox.DisposeAsync();
            await Held.DisposeAsync();
        }
    }
}
