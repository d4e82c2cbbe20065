using System.Globalization;

namespace Composable.Bench;

/// <summary>What shoppers do. Every flow starts at its intended time; each later call starts when the one before was answered.</summary>
internal sealed class Shopper(HubClient hub, Shop shop, Meters meters, TimeProvider clock, TimeSpan callTimeout)
{
    public const string Flow = "whole flow";
    public const string Complete = "complete";

    /// <summary>Of the sample catalogue; one is misspelled.</summary>
    private static readonly string[] Words = ["lantern", "tent", "coffee", "cast%20iron", "blue", "lantren", "pour%20over", "wool"];

    private static readonly byte[] TwoOfIt = Shop.Bytes("""{"quantity":2}""");
    private readonly string run = Guid.NewGuid().ToString("N");
    private long visits;

    public Func<long, CancellationToken, Task> For(string scenario) => scenario switch
    {
        "browse" => Bounded(BrowseAsync),
        "cart" => Bounded(CartAsync),
        "checkout" => Bounded((start, cancel) => BuyAsync(shop.Carts[Next(shop.Carts.Length)], start, cancel)),
        "page" => Bounded((start, cancel) => LastCallAsync("page", start, HttpMethod.Get, "/v1/pages/", null, null, cancel)),
        "fresh-pages" => Bounded((start, cancel) => LastCallAsync("page", start, HttpMethod.Get, $"/v1/pages/bench-{Interlocked.Increment(ref visits)}", null, null, cancel)),
        "search" => Bounded((start, cancel) => LastCallAsync("search", start, HttpMethod.Get, $"/v1/search?limit=12&q={Words[Next(Words.Length)]}", null, null, cancel)),
        _ => throw new ArgumentOutOfRangeException(nameof(scenario), scenario, "Scenarios: browse, cart, checkout, page, fresh-pages, search, flash-sale, vendor-calls."),
    };

    /// <summary>The calls of a first purchase. True when an order exists at the end.</summary>
    public async Task<bool> BuyAsync(byte[] cartBody, long start, CancellationToken cancellationToken)
    {
        var cart = await CallAsync("create cart", start, HttpMethod.Post, "/v1/carts", cartBody, null, cancellationToken).ConfigureAwait(false);
        if (cart is null || JsonPick.Text(cart, "token"u8) is not { } token)
        {
            return false;
        }

        var checkout = await CallAsync("open checkout", clock.GetTimestamp(), HttpMethod.Post, "/v1/checkouts",
            Shop.Bytes($$"""{"cartId":"{{JsonPick.Text(cart, "id"u8)}}"}"""), token, cancellationToken).ConfigureAwait(false);
        if (checkout is null)
        {
            return false;
        }

        var path = $"/v1/checkouts/{JsonPick.Text(checkout, "id"u8)}";
        var quote = await QuoteAsync(path, token, cancellationToken).ConfigureAwait(false);
        return quote is not null && await CompleteAsync(path, quote, token, start, cancellationToken).ConfigureAwait(false);
    }

    private async Task BrowseAsync(long start, CancellationToken cancellationToken)
    {
        if (await CallAsync("list", start, HttpMethod.Get, "/v1/products?limit=24", null, null, cancellationToken).ConfigureAwait(false) is not null)
        {
            var detail = $"/v1/products/{shop.Slugs[Next(shop.Slugs.Count)]}";
            await LastCallAsync("detail", start, HttpMethod.Get, detail, null, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CartAsync(long start, CancellationToken cancellationToken)
    {
        var cart = await CallAsync("create cart", start, HttpMethod.Post, "/v1/carts", shop.Carts[Next(shop.Carts.Length)], null, cancellationToken).ConfigureAwait(false);
        if (cart is null || JsonPick.Text(cart, "token"u8) is not { } token)
        {
            return;
        }

        var path = $"/v1/carts/{JsonPick.Text(cart, "id"u8)}";
        var added = await CallAsync("add line", clock.GetTimestamp(), HttpMethod.Post, path + "/operations", shop.AddOne[Next(shop.AddOne.Count)], token, cancellationToken).ConfigureAwait(false);
        if (added is not null)
        {
            await LastCallAsync("set quantity", start, HttpMethod.Patch, $"{path}/lines/{JsonPick.Inside(cart, "lines"u8, "id"u8)}", TwoOfIt, token, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the checkout a place and a delivery option; the quote's token, or null.</summary>
    private async Task<string?> QuoteAsync(string path, string token, CancellationToken cancellationToken)
    {
        var placed = await CallAsync("set address", clock.GetTimestamp(), HttpMethod.Patch, path, shop.Places[Next(shop.Places.Length)], token, cancellationToken).ConfigureAwait(false);
        if (placed is null)
        {
            return null;
        }

        if (JsonPick.Inside(placed, "deliveryOptions"u8, "id"u8) is not { } delivery)
        {
            meters["set address"].Failed("200 no delivery option");
            return null;
        }

        var ready = await CallAsync("choose delivery", clock.GetTimestamp(), HttpMethod.Patch, path,
            Shop.Bytes($$"""{"deliveryOption":"{{delivery}}"}"""), token, cancellationToken).ConfigureAwait(false);
        if (ready is null)
        {
            return null;
        }

        var quote = JsonPick.Inside(ready, "quote"u8, "token"u8);
        if (quote is null)
        {
            meters["choose delivery"].Failed($"200 no quote, {JsonPick.Text(ready, "status"u8)}");
        }

        return quote;
    }

    private async Task<bool> CompleteAsync(string path, string quote, string token, long flowStart, CancellationToken cancellationToken)
    {
        var body = Shop.Bytes($$$$"""{"quoteToken":"{{{{quote}}}}","payment":{"method":{"type":"card","token":"pm_card_visa"}}}""");
        var key = string.Create(CultureInfo.InvariantCulture, $"{run}-{Interlocked.Increment(ref visits)}");
        var answer = await CallAsync(Complete, clock.GetTimestamp(), HttpMethod.Post, path + "/complete", body, token, cancellationToken, key).ConfigureAwait(false);
        if (answer is null)
        {
            return false;
        }

        if (JsonPick.Text(answer, "orderId"u8) is null)
        {
            meters[Flow].Failed($"200 no order, {JsonPick.Text(answer, "status"u8)}");
            return false;
        }

        meters[Flow].Succeeded(clock.GetElapsedTime(flowStart));
        return true;
    }

    private async Task LastCallAsync(string step, long flowStart, HttpMethod method, string path, byte[]? body, string? token, CancellationToken cancellationToken)
    {
        if (await CallAsync(step, clock.GetTimestamp(), method, path, body, token, cancellationToken).ConfigureAwait(false) is not null)
        {
            meters[Flow].Succeeded(clock.GetElapsedTime(flowStart));
        }
    }

    private async Task<byte[]?> CallAsync(string step, long start, HttpMethod method, string path, byte[]? body, string? token,
        CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        var answer = await hub.SendAsync(meters[step], start, method, path, body, token, cancellationToken, idempotencyKey).ConfigureAwait(false);
        if (answer is null)
        {
            meters[Flow].Failed(step);
        }

        return answer;
    }

    /// <summary>One timer per flow instead of one per call keeps the generator cheap.</summary>
    private Func<long, CancellationToken, Task> Bounded(Func<long, CancellationToken, Task> flow) => async (start, cancellationToken) =>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(callTimeout);
        try
        {
            await flow(start, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            meters[Flow].Failed("timeout");
        }
    };

    private int Next(int count) => (int)((ulong)Interlocked.Increment(ref visits) % (ulong)count);
}
