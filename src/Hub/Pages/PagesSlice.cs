using System.Globalization;
using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Pages;

internal static partial class PagesSlice
{
    private const int LongestRoute = 300;

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddOptions<PageOptions>().BindConfiguration("Pages").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<IBlockSource, ProductBlocks>()
            .AddSingleton<IBlockSource, CategoryBlocks>()
            .AddSingleton<IBlockSource, SearchBlocks>()
            .AddSingleton<IBlockSource, EntryBlocks>()
            .AddSingleton<ContentCopies>().AddSingleton<PageComposer>().AddSingleton<PageDesk>().AddHostedService<PageWatch>();
    }

    public static void MapPages(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/pages/{**route}", GetAsync).Produces<PageView>().ForStorefront(also: "content:preview").WithTags("Pages");

    private static async Task<IResult> GetAsync(string? route, [FromQuery] string? locale, [FromQuery] bool? preview, HttpContext context, MarketList markets, PageDesk desk, CancellationToken cancellationToken)
    {
        var market = markets.Of(context);
        if (locale is not null && !Locale().IsMatch(locale)) return Refusal.Invalid("locale", "invalid", "A locale is a language, or a language and a country, as in de or de-AT.").ToResult();
        if (RouteOf(route) is not { } normal) return Refusal.NotFound("page").ToResult();
        var key = new PageKey(market.Code, locale ?? market.Locale, normal);
        if (preview == true) return await PreviewAsync(key, market, context, desk, cancellationToken);
        if (desk.Kept(key) is { } kept) return new PageAnswer(kept, IsKept: true, Elapsed(context, kept));
        try
        {
            var given = await desk.FindAsync(key, market, cancellationToken);
            return given.Found is { } page ? new PageAnswer(page, given.IsKept, Elapsed(context, page)) : Refusal.NotFound("page").ToResult();
        }
        catch (Exception failure) when (failure is VendorException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Unavailable(desk.ContentFor(market), failure as VendorException).ToResult();
        }
    }

    private static async Task<IResult> PreviewAsync(PageKey key, Market market, HttpContext context, PageDesk desk, CancellationToken cancellationToken)
    {
        if (Caller.Of(context) is not { IsOfShop: true } caller || !caller.May("content:preview")) return new Refusal(403, "forbidden", "Drafts need a secret key with the scope content:preview.").ToResult();
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            return await desk.PreviewAsync(key, market, cancellationToken) is { } page ? new PageAnswer(page, IsKept: false, TimeSpan.Zero) { IsPreview = true } : Refusal.NotFound("page").ToResult();
        }
        catch (Exception failure) when (failure is VendorException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Unavailable(desk.ContentFor(market), failure as VendorException).ToResult();
        }
    }

    private static TimeSpan Elapsed(HttpContext context, PageCopy page) => context.RequestServices.GetRequiredService<TimeProvider>().GetElapsedTime(page.At);

    /// <summary>Without an answer nobody knows whether there is such a page, so it is not a 404.</summary>
    private static Refusal Unavailable(string? connection, VendorException? failure) => failure?.Failure is VendorFailure.Misconfigured or VendorFailure.Rejected
        ? new(502, "connector_failed", "The content cannot be read as it is set up.") { Upstream = Of(connection, failure.Failure) }
        : new(503, "service_unavailable", "The content cannot be reached for a moment.") { Retryable = true, RetryAfter = failure?.RetryAfter ?? TimeSpan.FromSeconds(1), Upstream = Of(connection, failure?.Failure ?? VendorFailure.Transient) };

    private static Upstream? Of(string? connection, VendorFailure failure) => connection is null ? null
        : new(connection, char.ToLowerInvariant(failure.ToString()[0]) + failure.ToString()[1..]);

    /// <summary>With one slash in front; null for what can be no route. Slashes at the end do not make another page.</summary>
    private static string? RouteOf(string? route)
    {
        // Of a catch-all the server leaves encoded slashes as they are; clients that are made from the description send them.
        var path = "/" + (route ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Trim('/');
        return path.Length > LongestRoute || path.Contains("//", StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl)
            || path.Split('/').Any(part => part is "." or "..") ? null : path;
    }

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
    private static partial Regex Locale();
}

/// <summary>Sends a page's bytes as they are, or 304.</summary>
internal sealed record PageAnswer(PageCopy Page, bool IsKept, TimeSpan Age) : IResult
{
    public bool IsPreview { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var headers = response.Headers;
        headers["Server-Timing"] = IsKept ? "cache;desc=\"kept\"" : Page.Timing;
        if (Page.Degraded is { } degraded) headers["Hub-Degraded"] = degraded;
        headers.Vary = "Hub-Market";
        if (!IsPreview)
        {
            headers.CacheControl = "no-cache";
            headers.ETag = Page.ETag;
            headers["Cache-Tag"] = Page.CacheTag;
            headers.Age = ((long)Age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            if (httpContext.Request.Headers.IfNoneMatch is { Count: > 0 } known && ETags.Matches(known.ToString(), Page.ETag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Page.Body!.Length;
        return HttpMethods.IsHead(httpContext.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(Page.Body, httpContext.RequestAborted).AsTask();
    }
}
