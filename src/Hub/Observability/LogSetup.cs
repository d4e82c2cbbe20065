using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace Composable.Hub.Observability;

/// <summary>One line of JSON per entry, with trace and span, on standard error; standard output is left to what a person or a script reads.</summary>
internal static class LogSetup
{
    private static readonly string[] Frameworks = ["Microsoft", "System", "MassTransit", "Npgsql"];

    /// <summary><c>Logging:Level</c>: Trace to Critical, or None; Warning by default.</summary>
    public static void AddJsonLog(this WebApplicationBuilder builder)
    {
        var text = builder.Configuration["Logging:Level"];
        var level = text is null ? LogLevel.Warning
            : Enum.TryParse<LogLevel>(text, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known
            : throw new InvalidOperationException($"Logging:Level is not one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        var log = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Console(new JsonFormatter(renderMessage: true), standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger();
        builder.Logging.ClearProviders().AddProvider(new SerilogLoggerProvider(log, dispose: true)).SetMinimumLevel(level);
        foreach (var framework in Frameworks) builder.Logging.AddFilter(framework, level > LogLevel.Warning ? level : LogLevel.Warning);

        // Says per request what the request log says, and adds the raw path to every entry.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.Configure<LoggerFactoryOptions>(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);
    }
}
