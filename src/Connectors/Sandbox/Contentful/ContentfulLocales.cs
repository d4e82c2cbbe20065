using System.Text.Json;

namespace Composable.Sandbox.Contentful;

/// <summary>The space's locales: one has a fallback, one has none.</summary>
internal static class ContentfulLocales
{
    public const string Default = "en-US";

    private static readonly (string Code, string Name, string? Fallback)[] All = [(Default, "English (United States)", null), ("de", "German", Default), ("fr", "French", null)];

    public static bool IsKnown(string code) => All.Any(locale => locale.Code == code);

    /// <summary>The value of a field in a locale or those it falls back to; null when it has none.</summary>
    public static JsonElement? Value(JsonElement byLocale, string code)
    {
        for (var at = (string?)code; at is not null; at = All.First(locale => locale.Code == at).Fallback)
        {
            if (byLocale.TryGetProperty(at, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return value;
            }
        }

        return null;
    }

    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("sys");
        json.WriteString("type", "Array");
        json.WriteEndObject();
        json.WriteNumber("total", All.Length);
        json.WriteNumber("skip", 0);
        json.WriteNumber("limit", 1000);
        json.WriteStartArray("items");
        foreach (var (code, name, fallback) in All)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteString("name", name);
            json.WriteBoolean("default", code == Default);
            json.WriteString("fallbackCode", fallback);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
