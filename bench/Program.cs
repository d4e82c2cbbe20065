using Composable.Bench;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    return await MeasureAsync(options, stop.Token);
}
catch (Exception failure) when (failure is HttpRequestException or InvalidOperationException or Npgsql.NpgsqlException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

static async Task<int> MeasureAsync(BenchOptions options, CancellationToken cancellationToken)
{
    if (options.Scenario == "vendor-calls")
    {
        var calls = await VendorCalls.RunAsync(options.Calls, options.Callers, cancellationToken);
        Console.WriteLine(Report.Markdown(calls));
        if (options.Json is { } file) await Report.WriteJsonAsync(file, calls, cancellationToken);
        return calls.Logged == calls.Calls ? 0 : 1;
    }

    if (options.Scenario == "timing")
    {
        using var http = new HttpClient { BaseAddress = options.Hub };
        var timings = await new Timing(http, options.Key).RunAsync(options.Pairs, cancellationToken);
        Console.WriteLine(Report.Markdown(timings));
        if (options.Json is { } written) await Report.WriteJsonAsync(written, timings, cancellationToken);
        return timings.All(timing => timing is { Gap: < 0.05, SameAnswer: true }) ? 0 : 1;
    }

    var clock = TimeProvider.System;
    using var hub = new HubClient(options.Hub, options.Key, clock, connections: options.MaxInFlight);
    var shop = await Shop.ReadAsync(hub, options.SecretKey, cancellationToken);
    foreach (var sku in shop.Skus)
    {
        await Shop.SetStockAsync(hub, sku, onHand: 1_000_000, options.SecretKey, cancellationToken);
    }

    object result;
    var failed = false;
    if (options.Scenario == "flash-sale")
    {
        var sale = await new FlashSale(hub, shop, clock).RunAsync(options.Shoppers, options.Stock, options.SecretKey, cancellationToken);
        Console.WriteLine(Report.Markdown(sale));
        (result, failed) = (sale, sale.Oversold > 0);
    }
    else
    {
        var runner = new Runner(options, hub, shop, new Costs(options, hub), clock);
        if (options.FindTop)
        {
            var top = await runner.FindTopAsync((run, carried) => Console.Error.WriteLine(
                $"{run.Scenario} {run.Rate:0.#}/s: {run.PerSecond:0.#}/s, p99 {run.Flow.P99:0} ms, errors {run.ErrorShare:P1}{(carried ? "" : ", not carried")}"), cancellationToken);
            Console.WriteLine(Report.Markdown(top, options.PgbenchTps));
            result = top;
        }
        else
        {
            var run = await runner.RunAsync(options.Rate, cancellationToken);
            Console.WriteLine(Report.Markdown(run, options.PgbenchTps));
            (result, failed) = (run, run.Succeeded == 0);
        }
    }

    if (options.Json is { } path)
    {
        await Report.WriteJsonAsync(path, result, cancellationToken);
    }

    return failed ? 1 : 0;
}
