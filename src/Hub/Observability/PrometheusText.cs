using System.Globalization;
using System.Text;

namespace Composable.Hub.Observability;

/// <summary>The text exposition format, version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary><c>hub.vendor.call.duration</c> in seconds is <c>hub_vendor_call_duration_seconds</c>; a counter ends in <c>_total</c>.</summary>
    public static string Name(string instrument, string? unit, bool counter)
    {
        var name = Plain(instrument);
        var suffix = unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (!name.EndsWith(suffix, StringComparison.Ordinal)) name += suffix;
        return counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    public static void Head(StringBuilder text, string name, string type, string help) => text
        .Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    /// <param name="labels">As <see cref="Labels"/> writes them.</param>
    public static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary><c>a="1",b="2"</c>, escaped.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> tags) =>
        tags.Aggregate("", (labels, tag) => With(labels, Plain(tag.Key), Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? ""));

    public static string With(string labels, string name, string value) => $"{labels}{(labels.Length > 0 ? "," : "")}{name}=\"{Escaped(value)}\"";

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Escaped(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    private static string Plain(string name)
    {
        var plain = new string([.. name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '_')]);
        return char.IsAsciiDigit(plain[0]) ? "_" + plain : plain;
    }
}
