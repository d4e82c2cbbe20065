using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Operations;

/// <summary>The hub as a process of its own, with a certificate, as the container recipe starts it.</summary>
public sealed class TransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Over_TLS_the_hub_is_reached_by_new_protocols_only_and_says_to_stay_there()
    {
        var folder = Directory.CreateTempSubdirectory("composable-tls-").FullName;
        using var certificate = Certificate(folder);
        var port = TestShop.FreePort();
        using var hub = Start(folder, port);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            (await hub.StandardOutput.ReadLineAsync(patience.Token)).ShouldBe($"ready https://localhost:{port.ToString(CultureInfo.InvariantCulture)}");

            using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = Only(certificate) } });
            using var answer = await client.GetAsync(new Uri($"https://localhost:{port}/healthz"), patience.Token);
            ((int)answer.StatusCode, answer.Headers.GetValues("Strict-Transport-Security").Single()).ShouldBe((200, "max-age=31536000; includeSubDomains"));
            (await ProtocolAsync(certificate, port, SslProtocols.None, patience.Token)).ShouldBeOneOf(SslProtocols.Tls12, SslProtocols.Tls13);
            await Should.ThrowAsync<Exception>(() => client.GetAsync(new Uri($"http://localhost:{port}/healthz"), patience.Token));
#pragma warning disable CA5397, CS0618, SYSLIB0039 // That the old one is refused is what is tested.
            await Should.ThrowAsync<Exception>(() => ProtocolAsync(certificate, port, SslProtocols.Tls11, patience.Token));
#pragma warning restore CA5397, CS0618, SYSLIB0039
        }
        finally
        {
            hub.Kill();
            await hub.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RemoteCertificateValidationCallback Only(X509Certificate2 certificate) => (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();

    private static Process Start(string folder, int port)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Composable.Hub.dll"), "--settings", Path.Combine(AppContext.BaseDirectory, "shop.json"), "--urls", $"https://127.0.0.1:{port}", "--Storage:Connection", $"Data Source={Path.Combine(folder, "hub.db")}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["Kestrel__Certificates__Default__Path"] = Path.Combine(folder, "tls.crt");
        start.Environment["Kestrel__Certificates__Default__KeyPath"] = Path.Combine(folder, "tls.key");
        var hub = Process.Start(start)!;
        hub.ErrorDataReceived += (_, _) => { };
        hub.BeginErrorReadLine();
        return hub;
    }

    private static X509Certificate2 Certificate(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private static async Task<SslProtocols> ProtocolAsync(X509Certificate2 certificate, int port, SslProtocols offered, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        await using var secure = new SslStream(socket.GetStream());
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = offered, RemoteCertificateValidationCallback = Only(certificate) }, cancellationToken);
        return secure.SslProtocol;
    }
}
