using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Composable.Hub.Http;

/// <summary>Says where in a body something is wrong, in the words of the caller's JSON and not of our types.</summary>
internal static partial class JsonPointer
{
    public static string Of(JsonException wrong)
    {
        // A converter that reads in two steps leaves the second half of the path on the inner exception.
        var path = (wrong.Path ?? "$") + (wrong.InnerException as JsonException)?.Path?.TrimStart('$');
        var pointer = new StringBuilder();
        foreach (Match part in Parts().Matches(path))
        {
            var name = part.Groups["quoted"].Success ? part.Groups["quoted"].Value : part.Groups["index"].Success ? part.Groups["index"].Value : part.Groups["name"].Value;
            pointer.Append('/').Append(Escape(name));
        }

        var unknown = Unknown().Match(wrong.Message);
        var named = unknown.Success ? unknown.Groups["name"].Value : "";
        return unknown.Success && !pointer.ToString().EndsWith("/" + named, StringComparison.Ordinal) ? $"{pointer}/{named}" : pointer.ToString();
    }

    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Explain(JsonException wrong)
    {
        var message = wrong.Message;
        if (Unknown().Match(message) is { Success: true } unknown) return $"The member '{unknown.Groups["name"].Value}' is not known here.";
        if (message.Contains("missing required", StringComparison.Ordinal)) return Missing().Match(message) is { Success: true } missing ? $"Missing: {missing.Groups["names"].Value.Trim(' ', '.')}." : "A member is missing.";
        if (message.Contains("doesn't allow", StringComparison.Ordinal) || message.Contains("is null", StringComparison.Ordinal)) return "Null is not allowed here.";
        if (message.Contains("uplicate", StringComparison.Ordinal)) return "A member stands twice.";
        if (message.Contains("maximum configured depth", StringComparison.Ordinal)) return "The body is nested too deeply; 32 levels are the limit.";
        if (message.Contains("could not be converted", StringComparison.Ordinal)) return "The value has the wrong type.";
        return message.StartsWith('\'') || message.StartsWith("An operation", StringComparison.Ordinal) ? message.Split(" Path:")[0] : "This is not valid JSON.";
    }

    [GeneratedRegex(@"\['(?<quoted>(?:[^'\\]|\\.)*)'\]|\[(?<index>\d+)\]|\.(?<name>[^.\[]+)")]
    private static partial Regex Parts();

    [GeneratedRegex("JSON property '(?<name>[^']*)' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("including:? (?<names>.*?)(?: Path:|$)")]
    private static partial Regex Missing();
}
