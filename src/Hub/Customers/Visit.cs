using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Customers;

/// <summary>Somebody who signs in, whatever they show for it: where from, on which device, with which cart.</summary>
internal sealed record Visit(Caller Caller, Market Market, string Address, string? CartId, string Strategy, string? Device)
{
    /// <exception cref="RefusedException">There is no such strategy.</exception>
    public static Visit Of(HttpContext context, MarketList markets, string? cartId, string? strategy, string? device)
    {
        strategy ??= context.Request.Query["strategy"].FirstOrDefault() ?? CartMerge.Merge;
        if (!CartMerge.IsStrategy(strategy)) throw new RefusedException(Refusal.Invalid("/strategy", "unknown_strategy", "merge, keep_guest or keep_customer."));
        return new(Caller.Of(context), markets.Of(context), ClientAddress.Of(context), cartId, strategy, device ?? context.Request.Headers.UserAgent.FirstOrDefault());
    }
}
