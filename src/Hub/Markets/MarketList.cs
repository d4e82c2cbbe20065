using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Http;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Markets;

internal sealed class MarketOptions
{
    /// <summary>The first one is the default.</summary>
    public List<Market> Markets { get; set; } = [];
}

/// <summary>The markets of this shop, from configuration.</summary>
internal sealed class MarketList(IOptions<MarketOptions> options)
{
    private readonly Dictionary<string, Market> byCode = options.Value.Markets.ToDictionary(market => market.Code);

    public IReadOnlyList<Market> All => options.Value.Markets;

    public Market Default => options.Value.Markets[0];

    public Market this[string code] => byCode[code];

    public Market? Find(string? code) => code is null ? Default : byCode.GetValueOrDefault(code);

    /// <summary>The market a request is about: <c>?market=</c>, the <c>Hub-Market</c> header, or the default.</summary>
    public Market Of(HttpContext context)
    {
        var code = context.Request.Query.TryGetValue("market", out var query) ? query.ToString() : context.Request.Headers["Hub-Market"].FirstOrDefault();
        return Find(string.IsNullOrEmpty(code) ? null : code) ?? throw new RefusedException(Unknown(code!));
    }

    public Refusal Unknown(string code) => new(422, "unknown_market", $"There is no market {code}. There are: {string.Join(", ", byCode.Keys)}.")
    {
        Errors = [new FieldError("/market", "unknown_market", "Choose one of the shop's markets.")],
    };
}

internal static class MarketsSlice
{
    public static IServiceCollection AddMarkets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MarketOptions>().Configure(options => configuration.GetSection("Markets").Bind(options.Markets)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MarketOptions>>(new MarketValidator());
        return services.AddSingleton<MarketList>();
    }

    private static string? Wrong(MarketOptions options)
    {
        if (options.Markets.Count == 0) return "Markets: at least one is needed.";
        for (var i = 0; i < options.Markets.Count; i++)
        {
            var market = options.Markets[i];
            var findings = new List<ValidationResult>();
            if (!Validator.TryValidateObject(market, new ValidationContext(market), findings, validateAllProperties: true)) return $"Markets:{i}: {findings[0].ErrorMessage}";
            if (!Currencies.IsKnown(market.Currency)) return $"Markets:{i}:Currency: '{market.Currency}' is not an ISO 4217 currency.";
        }

        return options.Markets.GroupBy(market => market.Code).FirstOrDefault(group => group.Count() > 1) is { } twice ? $"Markets: {twice.Key} stands twice." : null;
    }

    private sealed class MarketValidator : IValidateOptions<MarketOptions>
    {
        public ValidateOptionsResult Validate(string? name, MarketOptions options) =>
            Wrong(options) is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
