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

var clock = TimeProvider.System;
using var hub = new HubClient(options.Hub, options.Key, clock, connections: options.MaxInFlight);
var shop = await Shop.ReadAsync(hub, options.SecretKey, stop.Token);
foreach (var sku in shop.Skus)
{
    await Shop.SetStockAsync(hub, sku, onHand: 1_000_000, options.SecretKey, stop.Token);
}

object result;
var failed = false;
if (options.Scenario == "flash-sale")
{
    var sale = await new FlashSale(hub, shop, clock).RunAsync(options.Shoppers, options.Stock, options.SecretKey, stop.Token);
    Console.WriteLine(Report.Markdown(sale));
    (result, failed) = (sale, sale.Oversold > 0);
}
else
{
    var runner = new Runner(options, hub, shop, new Costs(options, hub), clock);
    if (options.FindTop)
    {
        var top = await runner.FindTopAsync((run, carried) => Console.Error.WriteLine(
            $"{run.Scenario} {run.Rate:0.#}/s: {run.PerSecond:0.#}/s, p99 {run.Flow.P99:0} ms, errors {run.ErrorShare:P1}{(carried ? "" : ", not carried")}"), stop.Token);
        Console.WriteLine(Report.Markdown(top, options.PgbenchTps));
        result = top;
    }
    else
    {
        var run = await runner.RunAsync(options.Rate, stop.Token);
        Console.WriteLine(Report.Markdown(run, options.PgbenchTps));
        (result, failed) = (run, run.Succeeded == 0);
    }
}

if (options.Json is { } path)
{
    await Report.WriteJsonAsync(path, result, stop.Token);
}

return failed ? 1 : 0;
