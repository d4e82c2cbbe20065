using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Identity;

/// <summary>A real OpenID provider in a process of its own, and the browsers of people who sign in there.</summary>
public sealed partial class RealProvider : IAsyncLifetime
{
    public const string Callback = "http://localhost:3000/callback";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "tests", "Hub.Tests", "Identity", "provider");

    private Process? process;

    public static bool IsThere { get; } = Directory.Exists(Path.Combine(Folder, "node_modules"));

    public string Issuer { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (!IsThere) return;
        Issuer = $"http://localhost:{TestShop.FreePort()}";
        process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, "provider.mjs"), new Uri(Issuer).Port.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience);
        (await process.StandardOutput.ReadLineAsync(patience.Token)).ShouldBe($"ready {Issuer}");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    public Task DisposeAsync()
    {
        process?.Kill();
        process?.Dispose();
        return Task.CompletedTask;
    }

    public (string, string)[] Settings(string id, string audience, string clientId, string? secret, params (string, string)[] more) =>
    [
        ($"SignIn:Providers:{id}:Name", "The directory"), ($"SignIn:Providers:{id}:Issuer", Issuer), ($"SignIn:Providers:{id}:ClientId", clientId), ($"SignIn:Providers:{id}:For", audience),
        ($"SignIn:Providers:{id}:RedirectUris:0", Callback), .. secret is null ? Array.Empty<(string, string)>() : [($"SignIn:Providers:{id}:ClientSecret", secret)], .. more.Select(setting => ($"SignIn:Providers:{id}:{setting.Item1}", setting.Item2)),
    ];

    /// <summary>Goes through the provider's pages as this person and comes back with what the provider adds to the address.</summary>
    public async Task<Dictionary<string, string>> SignInAsync(string url, string person)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new(Issuer) };
        var response = await browser.GetAsync(new Uri(url));
        for (var step = 0; step < 20; step++)
        {
            if (response.Headers.Location is { } next)
            {
                var address = new Uri(new Uri(Issuer), next);
                if (address.ToString().StartsWith(Callback, StringComparison.Ordinal)) return HttpUtility.ParseQueryString(address.Query) is var query ? query.AllKeys.ToDictionary(name => name!, name => query[name]!) : [];
                response = await browser.GetAsync(address);
                continue;
            }

            var page = await response.Content.ReadAsStringAsync();
            var form = Action().Match(page);
            form.Success.ShouldBeTrue(page);
            var prompt = Prompt().Match(page).Groups["prompt"].Value;
            using var fields = new FormUrlEncodedContent(new Dictionary<string, string> { ["prompt"] = prompt, ["login"] = person, ["password"] = "any" });
            response = await browser.PostAsync(new Uri(WebUtility.HtmlDecode(form.Groups["action"].Value), UriKind.RelativeOrAbsolute), fields);
        }

        throw new InvalidOperationException("The provider's pages do not end.");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Composable.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]+)\"")]
    private static partial Regex Action();

    [GeneratedRegex("name=\"prompt\" value=\"(?<prompt>[a-z]+)\"")]
    private static partial Regex Prompt();
}

/// <summary>A test with the real provider. Where its packages are not installed it is skipped, and says so; in CI it runs and fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WithProviderAttribute : TheoryAttribute
{
    public WithProviderAttribute()
    {
        if (!RealProvider.IsThere && Environment.GetEnvironmentVariable("CI") != "true") Skip = "The provider's packages are not installed: eng/test does that.";
    }
}
