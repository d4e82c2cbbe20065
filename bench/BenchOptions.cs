using System.Globalization;

namespace Composable.Bench;

/// <summary>The command line: <c>--name value</c> pairs. Unknown names and values that cannot be read are refused.</summary>
internal sealed record BenchOptions
{
    public string Scenario { get; init; } = "checkout";
    public Uri Hub { get; init; } = new("http://localhost:5080");
    public string Key { get; init; } = "pk_demo";
    public string SecretKey { get; init; } = "sk_demo";

    /// <summary>Flows started per second; with <see cref="FindTop"/> where the search starts.</summary>
    public double Rate { get; init; } = 20;
    public int Seconds { get; init; } = 20;
    public int Warmup { get; init; } = 5;
    public bool FindTop { get; init; }

    /// <summary>With <see cref="FindTop"/>: a rate counts as carried while p99 of the whole flow stays below this many milliseconds.</summary>
    public double P99Limit { get; init; } = 1000;
    public int Seed { get; init; } = 1;
    public bool ConstantRate { get; init; }
    public int MaxInFlight { get; init; } = 512;
    public int Shoppers { get; init; } = 64;
    public long Stock { get; init; } = 1000;

    /// <summary>Of <c>vendor-calls</c>: how many, by how many callers at once.</summary>
    public int Calls { get; init; } = 40_000;
    public int Callers { get; init; } = 8;

    /// <summary>Of <c>timing</c>: how many pairs of calls of each kind.</summary>
    public int Pairs { get; init; } = 2_000;
    public int? HubPid { get; init; }
    public int? SandboxPid { get; init; }

    /// <summary>Process id of the postmaster.</summary>
    public int? DatabasePid { get; init; }

    /// <summary>Connection string to the hub's database; null leaves statements and WAL out.</summary>
    public string? Database { get; init; }

    /// <summary>Transactions per second that pgbench made on the same server.</summary>
    public double? PgbenchTps { get; init; }

    /// <summary>Where the JSON goes; null writes none.</summary>
    public string? Json { get; init; }

    /// <exception cref="FormatException">Names the argument that is wrong.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var flag = args[i] is "--find-top" or "--constant-rate";
            var value = flag ? "" : i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            try
            {
                options = With(options, args[i], value);
            }
            catch (Exception wrong) when (wrong is OverflowException or UriFormatException or FormatException and { InnerException: null })
            {
                throw new FormatException($"{args[i]} {value}: {wrong.Message}", wrong);
            }

            i += flag ? 0 : 1;
        }

        return options;
    }

    private static BenchOptions With(BenchOptions options, string name, string value) => name switch
    {
        "--scenario" => options with { Scenario = value },
        "--hub" => options with { Hub = new Uri(value) },
        "--key" => options with { Key = value },
        "--secret-key" => options with { SecretKey = value },
        "--rate" => options with { Rate = Number(value) },
        "--seconds" => options with { Seconds = Whole(value) },
        "--warmup" => options with { Warmup = Whole(value) },
        "--find-top" => options with { FindTop = true },
        "--p99-limit" => options with { P99Limit = Number(value) },
        "--seed" => options with { Seed = Whole(value) },
        "--constant-rate" => options with { ConstantRate = true },
        "--max-in-flight" => options with { MaxInFlight = Whole(value) },
        "--shoppers" => options with { Shoppers = Whole(value) },
        "--stock" => options with { Stock = Whole(value) },
        "--calls" => options with { Calls = Whole(value) },
        "--callers" => options with { Callers = Whole(value) },
        "--pairs" => options with { Pairs = Whole(value) },
        "--hub-pid" => options with { HubPid = Whole(value) },
        "--sandbox-pid" => options with { SandboxPid = Whole(value) },
        "--database-pid" => options with { DatabasePid = Whole(value) },
        "--database" => options with { Database = value },
        "--pgbench-tps" => options with { PgbenchTps = Number(value) },
        "--json" => options with { Json = value },
        _ => throw new FormatException("no such argument"),
    };

    private static int Whole(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
    private static double Number(string value) => double.Parse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
