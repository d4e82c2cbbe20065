using System.Text.Json;

namespace Composable.Contracts;

/// <summary>A page of the shop: what editors wrote, with goods, prices and stock filled in by the hub.</summary>
/// <param name="Locale">The one that was found; a fallback when the page is not translated.</param>
public sealed record PageView(string Route, string Title, string? Description, string Locale, string Market, IReadOnlyList<PageBlockView> Blocks);

/// <param name="Status"><c>ok</c>; <c>stale</c>: an older copy, because the source did not answer; <c>degraded</c>: the source had to simplify; <c>omitted</c>: left out, and the data is null.</param>
/// <param name="Source">The connection or part of the hub the data comes from.</param>
/// <param name="AgeMs">How old the data was when the page was put together; the Age header says how long ago that was.</param>
/// <param name="Data">As the type says: <c>text</c> has markdown, <c>products</c> and <c>category</c> have items, which are products.</param>
public sealed record PageBlockView(string Id, string Type, string Status, string Source, long AgeMs, IReadOnlyDictionary<string, JsonElement>? Data);
