using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Http;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access;

/// <summary>Requests one caller may make in a window: a secret key, an address with its publishable key, and whoever is signed in. Hubs on one PostgreSQL count together.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Default: 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request waits to hear from the database what is left; after that the hub counts by itself for a moment. Default: 250 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(250);

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
internal sealed class RateLimits
{
    /// <summary>Bounds the memory. Callers that meet in a bucket share it; nobody outside can tell who meets whom.</summary>
    private const int Buckets = 1 << 14;

    private sealed record Policy(string Name, string Header, long Requests, RateBucket?[] Buckets);

    private readonly Policy browse, checkout, admin;
    private readonly SharedLimits shared;
    private readonly long window;

    public RateLimits(IOptions<RateLimitOptions> options, SharedLimits shared)
    {
        var limits = options.Value;
        (this.shared, window) = (shared, (long)limits.Window.TotalMilliseconds);
        (browse, checkout, admin) = (Rule("browse", limits.Browse), Rule("checkout", limits.Checkout), Rule("admin", limits.Admin));

        Policy Rule(string name, int requests) => new(
            name, string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={requests};w={(long)limits.Window.TotalSeconds}"), requests, new RateBucket?[Buckets]);
    }

    /// <summary>Counts the request and says in the headers what is left; 429 when nothing was.</summary>
    public ValueTask<Refusal?> TakeAsync(HttpContext context) => TakeAsync(context, null);

    /// <param name="who">Somebody who is signed in, wherever from; null: whoever it comes from.</param>
    public ValueTask<Refusal?> TakeAsync(HttpContext context, string? who)
    {
        if (PolicyOf(context.Request.Path) is not { } policy) return default;
        var number = NumberOf(who ?? Caller.OriginOf(context));
        var bucket = policy.Buckets[number] ?? Interlocked.CompareExchange(ref policy.Buckets[number], new(shared, policy.Name, number, policy.Requests, window), null) ?? policy.Buckets[number]!;
        var taking = bucket.TakeAsync(shared.Now);
        return taking.IsCompletedSuccessfully ? ValueTask.FromResult(Say(context, policy, taking.Result)) : WaitAsync(context, policy, taking);
    }

    private static async ValueTask<Refusal?> WaitAsync(HttpContext context, Policy policy, ValueTask<(bool, long, long)> taking) => Say(context, policy, await taking);

    private static Refusal? Say(HttpContext context, Policy policy, (bool Taken, long Left, long Wait) result)
    {
        var seconds = Math.Max(1, (result.Wait + 999) / 1000);
        context.Response.Headers["RateLimit-Policy"] = policy.Header;
        context.Response.Headers["RateLimit"] = result.Taken
            ? string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r={result.Left}")
            : string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r=0;t={seconds}");
        return result.Taken ? null : new(429, "rate_limited", "Too many requests.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(seconds) };
    }

    private int NumberOf(string origin)
    {
        Span<byte> text = stackalloc byte[512];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        shared.Secret.CopyTo(text);
        Encoding.UTF8.TryGetBytes(origin, text[shared.Secret.Length..], out var length);
        SHA256.HashData(text[..(shared.Secret.Length + length)], hash);
        return BitConverter.ToInt32(hash) & (Buckets - 1);
    }

    /// <summary>Null for what is not limited: vendors' notices, health, documents.</summary>
    private Policy? PolicyOf(PathString path) =>
        path.StartsWithSegments("/v1/carts") || path.StartsWithSegments("/v1/checkouts") || path.StartsWithSegments("/v1/orders") ? checkout
        : path.StartsWithSegments("/v1") ? browse
        : path.StartsWithSegments("/admin") || path.StartsWithSegments("/oauth") ? admin
        : null;
}
