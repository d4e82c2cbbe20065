using Composable.Hub;
using Microsoft.AspNetCore.Http;

// Later wins: the file named by --settings, COMPOSABLE_ variables, the command line.
var builder = WebApplication.CreateSlimBuilder(args);
if (builder.Configuration["settings"] is { } settings)
{
    if (!File.Exists(settings))
    {
        await Console.Error.WriteLineAsync($"There is no settings file {Path.GetFullPath(settings)}.");
        return 2;
    }

    builder.Configuration.AddJsonFile(Path.GetFullPath(settings), optional: false, reloadOnChange: false);
}

builder.Configuration.AddEnvironmentVariables("COMPOSABLE_").AddCommandLine(args);
builder.WebHost.UseKestrelHttpsConfiguration();

var app = HubApp.Build(builder);
await HubApp.PrepareAsync(app, CancellationToken.None);
app.Lifetime.ApplicationStarted.Register(() =>
{
    var address = BindingAddress.Parse(app.Urls.First());
    Console.WriteLine($"ready {address.Scheme}://localhost:{address.Port}");
});
await app.RunAsync();
return 0;
