using System.Diagnostics;

namespace Composable.Hub.Access;

/// <summary>Answers that say the same whether an address is known or not also take the same time: until the next full step since the request began.</summary>
internal static class SteadyAnswers
{
    /// <summary>Where a known address is more work than an unknown one, or the other way round. Signing in takes the same by itself.</summary>
    private static readonly string[] Routes = ["/v1/customers", "/v1/customers/password-resets", "/v1/customers/me/email"];

    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(100);

    public static void UseSteadyAnswers(this WebApplication app)
    {
        var step = app.Configuration.GetValue("Access:SteadyStep", Usual);
        if (step < TimeSpan.Zero || step > TimeSpan.FromSeconds(5)) throw new InvalidOperationException("Access:SteadyStep is from 0 to 5 seconds.");
        app.Use((context, next) =>
        {
            var started = Stopwatch.GetTimestamp();
            if (step > TimeSpan.Zero && HttpMethods.IsPost(context.Request.Method) && Array.Exists(Routes, route => route.Equals(context.Request.Path.Value?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)))
                context.Response.OnStarting(() => Task.Delay(Left(Stopwatch.GetElapsedTime(started), step)));
            return next(context);
        });
    }

    /// <summary>To the next multiple of the step.</summary>
    internal static TimeSpan Left(TimeSpan passed, TimeSpan step) => step - TimeSpan.FromTicks(passed.Ticks % step.Ticks);
}
