using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Search.Embedded;
using Microsoft.AspNetCore.Mvc;

namespace Composable.Hub.Search;

internal static class SearchSlice
{
    private const int MaxTyped = 200, DefaultSuggestions = 8, MaxSuggestions = 20;

    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<EmbeddedSearch>().AddSingleton<Connector>(provider => provider.GetRequiredService<EmbeddedSearch>());
        services.AddSingleton<SearchTargets>().AddSingleton<SearchDesk>().AddSingleton<ProductDocuments>().AddSingleton<IndexWriter>().AddSingleton<DriftCheck>().AddSingleton<IndexPass>();
        services.AddSingleton<CatalogueSearch>().AddSingleton<Searching>().AddSingleton<SearchAdmin>();
        return services.AddSingleton<SearchIndexer>().AddHostedService(provider => provider.GetRequiredService<SearchIndexer>());
    }

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        var shop = routes.MapGroup("/v1/search").ForStorefront().WithTags("Search");
        shop.MapGet("", SearchAsync).Produces<SearchView>();
        shop.MapGet("suggest", SuggestAsync).Produces<Page<SuggestionView>>();
        routes.MapSearchAdmin();
    }

    private static async Task<IResult> SearchAsync(
        PageRequest page, [FromQuery] string? q, [FromQuery] string[]? filter, [FromQuery] string? sort, [FromQuery] string? mode,
        HttpContext context, MarketList markets, Searching searching, CancellationToken cancellationToken)
    {
        var market = markets.Of(context);
        return Answer(context, await searching.FindAsync(SearchRequest.Read(context.Request.Query, market), page, market, cancellationToken), found => found);
    }

    private static async Task<IResult> SuggestAsync([FromQuery] string? q, HttpContext context, MarketList markets, Searching searching, CancellationToken cancellationToken)
    {
        var limit = DefaultSuggestions;
        if (context.Request.Query.TryGetValue("limit", out var text) && (!int.TryParse(text.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxSuggestions))
            return Refusal.Invalid("limit", "out_of_range", $"limit is a number from 1 to {MaxSuggestions}.").ToResult();
        var found = await searching.SuggestAsync(q is null ? "" : q[..Math.Min(q.Length, MaxTyped)], limit, markets.Of(context), cancellationToken);
        return Answer(context, found, texts => new Page<SuggestionView>([.. texts.Select(suggestion => new SuggestionView(suggestion))], null));
    }

    private static IResult Answer<T, TView>(HttpContext context, Searched<T> found, Func<T, TView> view)
    {
        context.Response.Headers["Server-Timing"] = found.Timing;
        if (found.Degraded is not null) context.Response.Headers["Hub-Degraded"] = found.Degraded;
        return Results.Json(view(found.Answer), Json.Options);
    }
}
