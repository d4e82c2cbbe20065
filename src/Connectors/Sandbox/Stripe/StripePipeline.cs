using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Stripe;

/// <summary>What every request to the simulated Stripe goes through: key, parameters, idempotency, faults, journal, answer.</summary>
internal sealed class StripePipeline(StripeBooks books, FaultBoard faults, Action<StripeEntry, string?> notify)
{
    private readonly ConcurrentDictionary<string, byte> _keysInUse = new();
    private long _requests;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>A POST or DELETE: one effect, remembered under its idempotency key.</summary>
    public RequestDelegate Write(string operation, FrozenSet<string> parameters, Func<StripeCall, StripeEntry> execute) => async http =>
    {
        if (await BeginAsync(http, operation) is not { } plan)
        {
            return;
        }

        try
        {
            var call = StripeRequest.Read(http, await StripeRequest.FormAsync(http.Request, http.RequestAborted), parameters, plan.Refuse && operation == "authorize");
            await WriteAsync(http, call, plan, execute);
        }
        catch (StripeRefusal refusal)
        {
            await RefuseAsync(http, refusal, plan);
        }
    };

    /// <summary>A GET.</summary>
    public RequestDelegate Read(string operation, FrozenSet<string> parameters, Action<StripeCall, Utf8JsonWriter> render) => async http =>
    {
        if (await BeginAsync(http, operation) is not { } plan)
        {
            return;
        }

        try
        {
            var call = StripeRequest.Read(http, http.Request.Query.ToDictionary(), parameters, decline: false);
            await Task.Delay(plan.Delay, http.RequestAborted);
            await Reply.SendAsync(http, 200, json =>
            {
                lock (books.Gate)
                {
                    render(call, json);
                }
            }, plan);
        }
        catch (StripeRefusal refusal)
        {
            await RefuseAsync(http, refusal, plan);
        }
    };

    /// <summary>An address Stripe does not have.</summary>
    public async Task Unknown(HttpContext http)
    {
        if (await BeginAsync(http, "unknown") is { } plan)
        {
            await RefuseAsync(http, new StripeRefusal(404, new StripeError("invalid_request_error",
                $"Unrecognized request URL ({http.Request.Method}: {http.Request.Path.Value!["/stripe".Length..]}).")), plan);
        }
    }

    private async ValueTask<FaultPlan?> BeginAsync(HttpContext http, string operation)
    {
        Interlocked.Increment(ref _requests);
        StripeRequest.Label(http);
        var plan = faults.Take("stripe", operation);
        if (plan.Hang)
        {
            await FaultPlan.HangAsync(http);
            return null;
        }

        var refusal = plan.Status is { } status ? StripeRequest.Broken(http, status)
            : plan.Refuse && operation != "authorize" ? new StripeRefusal(402, TestCards.Declined.Error)
            : StripeRequest.CheckKey(http.Request.Headers.Authorization.ToString());
        if (refusal is null)
        {
            return plan;
        }

        await Task.Delay(plan.Delay, http.RequestAborted);
        await RefuseAsync(http, refusal, plan);
        return null;
    }

    private async Task WriteAsync(HttpContext http, StripeCall call, FaultPlan plan, Func<StripeCall, StripeEntry> execute)
    {
        var key = call.IdempotencyKey;
        if (key is not null && !_keysInUse.TryAdd(key, 0))
        {
            throw new StripeRefusal(409, new StripeError("idempotency_error",
                "There is currently another in-progress request using this Idempotent Key.", "idempotency_key_in_use"));
        }

        StripeEntry entry;
        bool replayed;
        try
        {
            // The work is done even when the client has hung up meanwhile: that is what makes a slow vendor dangerous.
            await Task.Delay(plan.Delay, CancellationToken.None);
            entry = Execute(call, execute, out replayed);
        }
        finally
        {
            if (key is not null)
            {
                _keysInUse.TryRemove(key, out _);
            }
        }

        // Free for a repeat before anybody can hear of it.
        if (replayed)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        await Reply.SendAsync(http, entry.Answer.Status, json => StripeJson.Answer(json, entry), plan);
    }

    private StripeEntry Execute(StripeCall call, Func<StripeCall, StripeEntry> execute, out bool replayed)
    {
        var fingerprint = call.IdempotencyKey is null ? "" : StripeRequest.Fingerprint(call.Parameters);
        lock (books.Gate)
        {
            replayed = call.IdempotencyKey is not null && books.Used(call.IdempotencyKey) is not null;
            if (replayed)
            {
                return Replay(books.Used(call.IdempotencyKey!)!, call.Path, fingerprint);
            }

            var entry = Attempt(call, execute);
            if (call.IdempotencyKey is { } key)
            {
                entry = entry with { Key = new UsedKey(key, call.Path, fingerprint, books.Now) };
            }

            entry = books.Commit(entry);
            notify(entry, call.TraceParent);
            return entry;
        }
    }

    private static StripeEntry Attempt(StripeCall call, Func<StripeCall, StripeEntry> execute)
    {
        try
        {
            return execute(call);
        }
        catch (StripeRefusal refusal) when (refusal.Remembered)
        {
            return new StripeEntry { Answer = new Answer(refusal.Status, Shown.Error, refusal.Error), Intent = refusal.Intent };
        }
    }

    private static StripeEntry Replay(StripeEntry first, string path, string fingerprint)
    {
        if (first.Key!.Path != path)
        {
            throw new StripeRefusal(400, new StripeError("idempotency_error",
                $"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first.Key.Path}' vs '{path}'). Try using a key other than '{first.Key.Key}' if you meant to execute a different request."));
        }

        return first.Key.Fingerprint == fingerprint
            ? first
            : throw new StripeRefusal(400, new StripeError("idempotency_error",
                $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{first.Key.Key}' if you meant to execute a different request."));
    }

    private static Task RefuseAsync(HttpContext http, StripeRefusal refusal, FaultPlan plan) =>
        Reply.SendAsync(http, refusal.Status, json => StripeJson.Error(json, refusal.Error, refusal.Intent), plan);
}
