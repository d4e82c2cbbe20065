using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
using Composable.Hub.Http;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access;

/// <summary>Requests one caller may make in a window: a secret key, or an address with its publishable key. Each hub counts for itself.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Of catalogue and search. Default: 30,000, so that a proxy or an office full of shoppers is not turned away.</summary>
    [Range(1, int.MaxValue)]
    public int Browse { get; set; } = 30_000;

    /// <summary>Of carts, checkouts and orders. Default: 30,000.</summary>
    [Range(1, int.MaxValue)]
    public int Checkout { get; set; } = 30_000;

    /// <summary>Of everything staff do. Default: 30,000.</summary>
    [Range(1, int.MaxValue)]
    public int Admin { get; set; } = 30_000;
}

/// <summary>Counts requests by caller and by what they are for, so that browsing cannot use up what paying needs.</summary>
internal sealed class RateLimits : IDisposable
{
    /// <summary>Bounds the memory. Callers that meet in a bucket share it; nobody outside can tell who meets whom.</summary>
    private const int Buckets = 1 << 14;

    private readonly record struct Bucket(Policy Policy, int Number);

    private sealed record Policy(string Name, string Header, FixedWindowRateLimiterOptions Rule);

    private readonly Policy browse, checkout, admin;
    private readonly PartitionedRateLimiter<Bucket> limiter = PartitionedRateLimiter.Create<Bucket, Bucket>(bucket => RateLimitPartition.GetFixedWindowLimiter(bucket, key => key.Policy.Rule));

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        var limits = options.Value;
        (browse, checkout, admin) = (Rule("browse", limits.Browse), Rule("checkout", limits.Checkout), Rule("admin", limits.Admin));

        Policy Rule(string name, int requests) => new(
            name, string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={requests};w={(long)limits.Window.TotalSeconds}"), new() { PermitLimit = requests, Window = limits.Window });
    }

    /// <summary>Counts the request and says in the headers what is left; 429 when nothing was.</summary>
    public Refusal? Take(HttpContext context)
    {
        if (PolicyOf(context.Request.Path) is not { } policy) return null;
        var bucket = new Bucket(policy, Caller.OriginOf(context).GetHashCode(StringComparison.Ordinal) & (Buckets - 1));
        using var lease = limiter.AttemptAcquire(bucket);
        var left = limiter.GetStatistics(bucket)?.CurrentAvailablePermits ?? 0;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)) : 1;
        context.Response.Headers["RateLimit-Policy"] = policy.Header;
        context.Response.Headers["RateLimit"] = lease.IsAcquired
            ? string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r={left}")
            : string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r=0;t={wait}");
        return lease.IsAcquired ? null : new(429, "rate_limited", "Too many requests.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(wait) };
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>Null for what is not limited: vendors' notices, health, documents.</summary>
    private Policy? PolicyOf(PathString path) =>
        path.StartsWithSegments("/v1/carts") || path.StartsWithSegments("/v1/checkouts") || path.StartsWithSegments("/v1/orders") ? checkout
        : path.StartsWithSegments("/v1") ? browse
        : path.StartsWithSegments("/admin") ? admin
        : null;
}
