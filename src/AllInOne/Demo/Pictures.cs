using System.Globalization;
using System.Security;

namespace Composable.AllInOne.Demo;

/// <summary>Draws the demo products, so that the sample shop needs no photographs.</summary>
internal static class Pictures
{
    private static readonly Dictionary<string, int> Hues = new(StringComparer.OrdinalIgnoreCase)
    {
        ["red"] = 4,
        ["terracotta"] = 14,
        ["copper"] = 20,
        ["brown"] = 24,
        ["orange"] = 28,
        ["oak"] = 34,
        ["natural"] = 38,
        ["sand"] = 40,
        ["yellow"] = 46,
        ["green"] = 145,
        ["clear"] = 185,
        ["blue"] = 208,
        ["navy"] = 222,
        ["pink"] = 340,
    };

    private static readonly Dictionary<string, (int Saturation, int Lightness)> Tones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["black"] = (6, 22),
        ["grey"] = (6, 52),
        ["steel"] = (10, 62),
        ["white"] = (14, 95),
        ["navy"] = (48, 30),
        ["sand"] = (38, 68),
        ["clear"] = (35, 76),
        ["yellow"] = (84, 58),
        ["orange"] = (82, 57),
        ["pink"] = (62, 70),
        ["copper"] = (55, 52),
        ["brown"] = (38, 36),
        ["oak"] = (42, 58),
        ["natural"] = (45, 68),
    };

    /// <summary>An 800 x 800 SVG; the same product gives the same picture.</summary>
    /// <param name="index">0 for the whole product, 1 and up for closer views on other backgrounds.</param>
    public static string Svg(string title, string category, IReadOnlyDictionary<string, string> attributes, int index)
    {
        var colour = ColourWord(attributes);
        var hash = Hash(title);
        var hue = Hues.TryGetValue(colour, out var known) ? known : (int)(hash % 360);
        var (saturation, lightness) = Tones.GetValueOrDefault(colour, (52, 48));
        var shape = Silhouettes.For(title, category);
        var backdrop = (hue + 30 + (int)(hash % 40) + 150 * index) % 360;
        var body = Hsl(hue, saturation, lightness);
        var shade = Hsl(hue, saturation, lightness > 30 ? lightness - 14 : lightness + 18);
        var placing = Placing(index, hash);

        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="800" height="800" viewBox="0 0 800 800" role="img" aria-label="{SecurityElement.Escape(title)}">
            <title>{SecurityElement.Escape(title)}</title>
            <defs><linearGradient id="sky" x1="0" y1="0" x2="{index % 2}" y2="1"><stop offset="0" stop-color="{Hsl(backdrop, 42, 94)}"/><stop offset="1" stop-color="{Hsl(backdrop, 36, 81)}"/></linearGradient>
            <linearGradient id="body" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{Hsl(hue, saturation, Math.Min(98, lightness + 9))}"/><stop offset="1" stop-color="{body}"/></linearGradient></defs>
            <rect width="800" height="800" fill="url(#sky)"/>
            <circle cx="{250 + hash % 300}" cy="360" r="300" fill="#fff" fill-opacity="0.32"/>
            <ellipse cx="400" cy="{(index == 0 ? 668 : 740)}" rx="260" ry="26" fill="{Hsl(backdrop, 30, 40)}" fill-opacity="0.2"/>
            <g transform="{placing}" stroke-linejoin="round" stroke-linecap="round">
            <path d="{shape.Line}" fill="none" stroke="{shade}" stroke-width="14"/>
            <path d="{shape.Body}" fill="url(#body)"/>
            <path d="{shape.Shade}" fill="{shade}"/>
            </g>
            </svg>
            """;
    }

    private static string Placing(int index, uint hash)
    {
        if (index == 0)
            return "translate(90 90) scale(1.55)";
        var tilt = hash % 2 == 0 ? 12 : -12;
        var mirrored = index % 2 == 1 ? -1 : 1;
        return string.Create(CultureInfo.InvariantCulture, $"translate(400 420) rotate({tilt * mirrored}) scale({1.95 * mirrored} 1.95) translate(-200 -200)");
    }

    private static string ColourWord(IReadOnlyDictionary<string, string> attributes) =>
        attributes.GetValueOrDefault("colour", "").Split(' ')
            .FirstOrDefault(word => Hues.ContainsKey(word) || Tones.ContainsKey(word)) ?? "";

    private static string Hsl(int hue, int saturation, int lightness) => $"hsl({hue},{saturation}%,{lightness}%)";

    /// <summary>FNV-1a: unlike <see cref="string.GetHashCode()"/> it is the same in every process.</summary>
    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619u));
}
