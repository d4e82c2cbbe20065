using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Composable.Hub.Tests.Connections;

/// <summary>Fault 26: the certificate of a vendor has expired, or is somebody else's.</summary>
public sealed class CertificateTests
{
    [Theory]
    [InlineData("localhost", -1)]
    [InlineData("elsewhere.example", 30)]
    [InlineData("localhost", 30)]
    public async Task A_vendor_that_cannot_prove_who_it_is_hears_nothing(string name, int daysLeft)
    {
        var heard = 0;
        await using var impostor = await ListenAsync(name, daysLeft, () => Interlocked.Increment(ref heard));
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        await client.ConnectAsync("proof", "stripe", new { apiKey = "sk_test_proof", baseUrl = impostor.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) });
        (await client.RouteAsync("US", "payments", RoutedShop.Use("proof"))).ShouldAnswer(201);
        var sku = await client.SellAsync(stock: 3);
        var basket = await client.FillAsync(sku);

        (await basket.PayAsync()).ShouldBeProblem(502, "connector_failed", name);

        (await basket.CheckoutAsync()).Text("status").ShouldBe("ready");
        (await shop.StockOfAsync(sku)).ShouldBe((3, 0));
        var verdict = (await client.StaffAsync(HttpMethod.Post, "/admin/connections/proof/test")).ShouldAnswer(200);
        verdict["works"].GetValue<bool>().ShouldBeFalse();
        verdict.Text("kind").ShouldBe("misconfigured");
        verdict.Text("verdict")!.ShouldContain("certificate");
        heard.ShouldBe(0, "neither over TLS nor in plain");
    }

    [Fact]
    public async Task A_payment_goes_to_the_next_provider()
    {
        await using var impostor = await ListenAsync("localhost", -1, () => { });
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        await client.ConnectAsync("proof", "stripe", new { apiKey = "sk_test_proof", baseUrl = impostor.Urls.First() });
        (await client.RouteAsync("US", "payments", RoutedShop.Use("proof", "stripe"))).ShouldAnswer(201);
        var basket = await client.FillAsync(await client.SellAsync());

        (await basket.PayAsync()).ShouldAnswer(200).Text("status").ShouldBe("completed");

        (await shop.AttemptsAsync(basket)).Select(attempt => (attempt.Connection, attempt.Status)).ShouldContain(("proof", "failed"));
    }

    private static async Task<WebApplication> ListenAsync(string name, int daysLeft, Action hears)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        var certificate = request.CreateSelfSigned(now.AddDays(-60), now.AddDays(daysLeft));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.MapFallback(() =>
        {
            hears();
            return Results.StatusCode(500);
        });
        await app.StartAsync();
        return app;
    }
}
