namespace Composable.Contracts;

/// <param name="Total">How many products match; null when the engine could not be asked.</param>
/// <param name="Facets">Values to narrow the search by, counted over everything that matches.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record SearchView(IReadOnlyList<SearchItem> Items, long? Total, IReadOnlyList<FacetView> Facets, UnderstoodView Understood, string? NextCursor);

/// <param name="Score">Comparable within one answer only.</param>
/// <param name="Why">The words of the product that matched.</param>
public sealed record SearchItem(ProductView Product, double Score, IReadOnlyList<string> Why);

/// <param name="Field"><c>brand</c>, <c>category</c>, <c>available</c> or <c>attributes.</c> and a name.</param>
public sealed record FacetView(string Field, IReadOnlyList<FacetValueView> Values);

/// <param name="Filter">What to send as <c>filter</c> to keep to this value.</param>
public sealed record FacetValueView(string Value, long Count, string Filter);

/// <summary>What the search was read as.</summary>
/// <param name="Mode">How it was answered: <c>lexical</c> or <c>semantic</c>.</param>
/// <param name="LeftOut">Words that were not asked for, because nothing has all of them.</param>
/// <param name="Filters">The filters that held, as they were sent.</param>
public sealed record UnderstoodView(string Text, string Mode, IReadOnlyList<string> Terms, IReadOnlyList<CorrectionView> Corrections, IReadOnlyList<string> LeftOut, IReadOnlyList<string> Filters, string? Sort);

/// <param name="Read">The word of the catalogue that it was taken for.</param>
public sealed record CorrectionView(string Typed, string Read);

public sealed record SuggestionView(string Text);
