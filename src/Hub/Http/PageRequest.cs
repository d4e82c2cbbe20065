using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Contracts;

namespace Composable.Hub.Http;

/// <summary>Which part of a list is wanted. <paramref name="After"/> are the sort keys of the last row seen, or empty.</summary>
/// <param name="List">Stands in the cursors of this list, so that those of another with as many keys are not taken for them.</param>
internal sealed record PageRequest(int Limit, string[] After, string List = "")
{
    private const int DefaultLimit = 24, MaxLimit = 100;

    public static ValueTask<PageRequest?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var query = context.Request.Query;
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var text) && (!int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            throw new RefusedException(Refusal.Invalid("limit", "out_of_range", $"limit is a number from 1 to {MaxLimit}."));
        var list = ListAt(context.Request.Path);
        return ValueTask.FromResult<PageRequest?>(new(limit, query.TryGetValue("cursor", out var cursor) && !string.IsNullOrEmpty(cursor) ? Read(cursor.ToString(), list) : [], list));
    }

    /// <summary>A page of rows that were read with one more than the limit, to know whether there are more.</summary>
    public Page<TView> Of<TRow, TView>(IReadOnlyList<TRow> rows, Func<TRow, TView> view, Func<TRow, string[]> keys) => new(
        [.. rows.Take(Limit).Select(view)], rows.Count > Limit ? Write(keys(rows[Limit - 1])) : null);

    /// <summary>The sort keys of the last row seen; null at the start of the list. A cursor of another list is refused.</summary>
    public string[]? Keys(int count) => After.Length == 0 ? null : After.Length == count ? After : throw Malformed();

    /// <summary>For lists whose rows are found elsewhere: a cursor that <see cref="Keys"/> gives back.</summary>
    public string Cursor(params string[] keys) => Write(keys);

    public static long Number(string key) => long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Malformed();

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Short, and the same on every hub.</summary>
    private static string ListAt(PathString path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToString().TrimEnd('/').ToLowerInvariant())).AsSpan(0, 4));

    private string Write(string[] keys) => System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes((string[])[List, .. keys]));

    private static string[] Read(string cursor, string list)
    {
        try
        {
            var keys = JsonSerializer.Deserialize<string[]>(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));
            return keys is [var of, _, ..] && of == list && keys.All(key => key is not null && !key.Contains('\0')) ? keys[1..] : throw Malformed();
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException)
        {
            throw Malformed();
        }
    }

    private static RefusedException Malformed() => new(Refusal.Invalid("cursor", "invalid", "This cursor was not given out by this list."));
}
