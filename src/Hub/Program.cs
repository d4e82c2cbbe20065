using Composable.Hub;

var app = HubApp.Build(WebApplication.CreateSlimBuilder(args));
await HubApp.PrepareAsync(app, CancellationToken.None);
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"ready {app.Urls.First()}"));
await app.RunAsync();
