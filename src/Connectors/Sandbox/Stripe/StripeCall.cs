using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Composable.Sandbox.Stripe;

/// <summary>One request: its parameters, flat as sent (<c>metadata[order]</c>), and what its effects are labelled with.</summary>
internal sealed record StripeCall(string Path, string Id, IReadOnlyDictionary<string, StringValues> Parameters)
{
    public required string RequestId { get; init; }

    public required string Host { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>A fault says that the card is declined, whatever it is.</summary>
    public bool Decline { get; init; }

    /// <summary>For what happens without a request of the merchant's.</summary>
    public static StripeCall Internal() => new("", "", FrozenDictionary<string, StringValues>.Empty) { RequestId = Ids.New("req_"), Host = "localhost" };

    public string? Text(string name) =>
        Parameters.TryGetValue(name, out var values) && !string.IsNullOrEmpty(values[^1]) ? values[^1] : null;

    public string Required(string name) => Text(name) ?? throw StripeRefusal.Missing(name);

    public long? Integer(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw StripeRefusal.Invalid($"Invalid integer: {text}", "parameter_invalid_integer", name);
    }

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw StripeRefusal.Invalid($"Invalid boolean: {other}", null, name),
    };

    public string? OneOf(string name, params ReadOnlySpan<string> allowed)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return allowed.Contains(text) ? text : throw StripeRefusal.Invalid($"Invalid {name}: must be one of {string.Join(", ", allowed)}", null, name);
    }

    /// <summary>The members of <c>name[…]</c>, laid over those there were; an empty value removes one.</summary>
    public IReadOnlyDictionary<string, string> Map(string name, IReadOnlyDictionary<string, string>? before = null)
    {
        Dictionary<string, string>? members = null;
        foreach (var (key, values) in Parameters)
        {
            if (key.Length <= name.Length + 2 || key[name.Length] != '[' || key[^1] != ']' || !key.StartsWith(name, StringComparison.Ordinal))
            {
                continue;
            }

            members ??= before is null ? [] : new Dictionary<string, string>(before);
            var member = key[(name.Length + 1)..^1];
            if (string.IsNullOrEmpty(values[^1]))
            {
                members.Remove(member);
            }
            else if (member.Length > 40 || values[^1]!.Length > 500)
            {
                throw StripeRefusal.Invalid($"{name} keys can have 40 characters and values 500.", null, key);
            }
            else
            {
                members[member] = values[^1]!;
            }
        }

        return members is { Count: > 50 }
            ? throw StripeRefusal.Invalid($"{name} can have at most 50 keys.", null, name)
            : members ?? before ?? new Dictionary<string, string>();
    }

    /// <summary>The values of <c>name[]</c> or <c>name[0]</c>, <c>name[1]</c>, ….</summary>
    public IReadOnlyList<string> Values(string name) =>
        [.. Parameters.Where(pair => pair.Key.StartsWith(name + "[", StringComparison.Ordinal)).SelectMany(pair => pair.Value).OfType<string>()];
}
