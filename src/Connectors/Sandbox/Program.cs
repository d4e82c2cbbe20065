using System.Globalization;
using Composable.Sandbox;

var settings = new ConfigurationBuilder().AddEnvironmentVariables("SANDBOX_").AddCommandLine(args).Build();
await using var app = SandboxApp.Create(new SandboxOptions
{
    DataDirectory = settings["data"] ?? Path.Combine(".composable", "sandbox"),
    Port = int.Parse(settings["port"] ?? "5090", CultureInfo.InvariantCulture),
    StripeWebhookUrl = settings["stripe-webhook-url"],
    StripeWebhookSecret = settings["stripe-webhook-secret"] ?? "whsec_sandbox",
});
await app.RunAsync();
