using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Adyen;

/// <summary>What every request to the simulated Adyen goes through: key, body, idempotency, faults, journal, answer.</summary>
internal sealed class AdyenPipeline(AdyenBooks books, FaultBoard faults, SandboxOptions options, AdyenSender sender)
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 64;

    private readonly ConcurrentDictionary<string, byte> _keysInUse = new();
    private long _requests;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>A POST: one effect, remembered under its idempotency key.</summary>
    public RequestDelegate Post<T>(string operation, int status, JsonTypeInfo<T> type, Func<AdyenCall, T, AdyenEffect> execute) => http => HandleAsync(http, operation, async plan =>
    {
        var bytes = await BodyAsync(http);
        var call = Call(http, plan);
        if (call.IdempotencyKey is { } used && !_keysInUse.TryAdd(used, 0))
        {
            throw AdyenRefusal.InProgress();
        }

        int code;
        string answer;
        try
        {
            // The work is done even when the client has hung up meanwhile: that is what makes a slow vendor dangerous.
            await Task.Delay(plan.Delay, CancellationToken.None);
            (code, answer) = Execute(call, bytes, status, () => execute(call, Parse(bytes, type)));
        }
        finally
        {
            if (call.IdempotencyKey is { } key)
            {
                _keysInUse.TryRemove(key, out _);
            }
        }

        // Free for a repeat before anybody can hear of it.
        await AnswerAsync(http, code, answer, plan);
    });

    /// <summary>A GET or DELETE, which are idempotent by themselves.</summary>
    public RequestDelegate Plain(string operation, int status, Func<HttpContext, AdyenCall, AdyenEffect> execute) => http => HandleAsync(http, operation, async plan =>
    {
        await Task.Delay(plan.Delay, CancellationToken.None);
        var call = Call(http, plan);
        CheckAccount(http.Request.Query["merchantAccount"]);
        string answer;
        lock (books.Gate)
        {
            answer = Commit(execute(http, call), call);
        }

        await AnswerAsync(http, status, answer, plan);
    });

    public void CheckAccount(string? merchantAccount)
    {
        if (merchantAccount != options.AdyenMerchantAccount)
        {
            throw new AdyenRefusal(403, "901", "Invalid Merchant Account", "security");
        }
    }

    private static AdyenCall Call(HttpContext http, FaultPlan plan)
    {
        var request = http.Request;
        var key = request.Headers[KeyHeader].ToString();
        if (key.Length > LongestKey)
        {
            throw new AdyenRefusal(422, "702", $"{KeyHeader} is too long");
        }

        if (key.Length > 0)
        {
            http.Response.Headers[KeyHeader] = key;
        }

        var trace = request.Headers.TraceParent is [{ Length: 55 } parent] ? parent : null;
        return new AdyenCall(request.Path.Value!, request.RouteValues["id"] as string ?? "", request.Host.Value ?? "localhost", key.Length == 0 ? null : key, trace, plan.Refuse);
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }

    private static T Parse<T>(byte[] bytes, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw new AdyenRefusal(400, "702", $"Structure of the request contains missing, unknown or malformed fields at {exception.Path ?? "$"}");
        }
    }

    private static Task AnswerAsync(HttpContext http, int status, string answer, FaultPlan plan) => status == StatusCodes.Status204NoContent
        ? Reply.EmptyAsync(http, status, plan)
        : Reply.SendAsync(http, status, json => json.WriteRawValue(answer, skipInputValidation: true), plan);

    private async Task HandleAsync(HttpContext http, string operation, Func<FaultPlan, Task> work)
    {
        Interlocked.Increment(ref _requests);
        var plan = faults.Take("adyen", operation);
        if (plan.Hang)
        {
            await FaultPlan.HangAsync(http);
            return;
        }

        try
        {
            if (plan.Status is { } status)
            {
                throw Broken(http, status);
            }

            if (http.Request.Headers["X-API-Key"].ToString() is not { Length: > 0 } key || key.Contains("invalid", StringComparison.OrdinalIgnoreCase))
            {
                throw new AdyenRefusal(401, "000", "HTTP Status Response - Unauthorized", "security");
            }

            await work(plan);
        }
        catch (AdyenRefusal refusal)
        {
            await Reply.SendAsync(http, refusal.Error.Status, json => JsonSerializer.Serialize(json, refusal.Error, AdyenJson.Default.ErrorAnswer), plan);
        }
    }

    private static AdyenRefusal Broken(HttpContext http, int status)
    {
        if (status == 429)
        {
            http.Response.Headers.RetryAfter = "1";
        }

        return new AdyenRefusal(status, "000", "The sandbox was told to say so", status < 500 ? "validation" : "internal");
    }

    private (int Status, string Answer) Execute(AdyenCall call, byte[] bytes, int status, Func<AdyenEffect> execute)
    {
        var fingerprint = call.IdempotencyKey is null ? "" : Convert.ToBase64String(SHA256.HashData(bytes).AsSpan(0, 18));
        lock (books.Gate)
        {
            if (call.IdempotencyKey is { } used && books.Used(used) is { } first)
            {
                return first.Path == call.Path && first.Fingerprint == fingerprint
                    ? (first.Status, first.Body)
                    : throw new AdyenRefusal(422, "708", "This idempotency key was used for another request");
            }

            var effect = execute();
            if (call.IdempotencyKey is { } key)
            {
                effect = effect with { Entry = effect.Entry with { Key = new UsedKey(key, call.Path, fingerprint, books.Now.ToUnixTimeSeconds(), status, effect.Answer) } };
            }

            return (status, Commit(effect, call));
        }
    }

    private string Commit(AdyenEffect effect, AdyenCall call)
    {
        if (effect.Entry is not { Payment: null, Modification: null, Stored: null, Key: null })
        {
            books.Commit(effect.Entry);
            sender.Notify(effect.Entry.Notices, call.TraceParent);
        }

        return effect.Answer;
    }
}
