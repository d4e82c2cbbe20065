using System.Globalization;
using System.Runtime.InteropServices;
using Composable.Sandbox;

var settings = new ConfigurationBuilder().AddEnvironmentVariables("SANDBOX_").AddCommandLine(args).Build();
await using var app = SandboxApp.Create(new SandboxOptions
{
    DataDirectory = settings["data"] ?? Path.Combine(".composable", "sandbox"),
    Port = int.Parse(settings["port"] ?? "5090", CultureInfo.InvariantCulture),
    StripeWebhookUrl = settings["stripe-webhook-url"],
    StripeWebhookSecret = settings["stripe-webhook-secret"] ?? "whsec_sandbox",
    AdyenWebhookUrl = settings["adyen-webhook-url"],
    AdyenHmacKey = settings["adyen-hmac-key"] ?? SandboxOptions.DefaultAdyenHmacKey,
    AdyenMerchantAccount = settings["adyen-merchant-account"] ?? "ComposableTest",
});
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await app.RunAsync();

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    app.Lifetime.StopApplication();
}
