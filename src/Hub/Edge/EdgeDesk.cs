using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Edge;

/// <summary>What staff can see and do about the edge.</summary>
internal sealed class EdgeDesk(Database database, EdgeChoice choice, EdgeState state, EdgeWorker worker, AccessKeys keys, MarketList markets, IOptions<EdgeOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Lazy<string> Source = new(ReadSource);

    public async Task<EdgeView> StatusAsync(CancellationToken cancellationToken)
    {
        var row = await state.ReadAsync(cancellationToken);
        return new(choice.Connection, choice.Current is not null, row.Written, row.Pages, row.Waiting, row.Attempts, row.Error, At(row.DoneAt), row.FunctionHash is { } hash ? new(hash, hash == HashOf(Function()), At(row.DeployedAt)!.Value) : null);
    }

    /// <summary>Uploads the function that comes with this hub.</summary>
    public async Task<Answer> DeployAsync(IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(options.Value.HubUrl, UriKind.Absolute, out var hub) || hub.Scheme is not ("http" or "https"))
            throw new RefusedException(new(409, "edge_hub_url_missing", "The function must know where this hub is; set Edge:HubUrl to an absolute address."));
        var function = Function();
        await AskAsync(edge => edge.DeployAsync, function, cancellationToken);
        var commit = new Commit();
        EdgeState.Deployed(commit, HashOf(function));
        commit.Audit("edge.deployed", $"edge:{choice.Connection}", null, Json.Write(new DeployedView(function.Name, HashOf(function))));
        return await DoneAsync(commit, new(200, Json.Write(new DeployedView(function.Name, HashOf(function)))), key, cancellationToken);
    }

    public async Task<Answer> PurgeAsync(PurgeInput input, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await AskAsync(edge => (PurgeInput wanted, CancellationToken token) => edge.PurgeAsync(wanted.Tags ?? [], [.. (wanted.Addresses ?? []).Select(address => new Uri(address))], token), input, cancellationToken);
        return await DoneAsync(new Commit().Audit("edge.purged", $"edge:{choice.Connection}", null, Json.Write(input)), new(200, Json.Write(new PurgedView(input.Tags?.Count ?? 0, input.Addresses?.Count ?? 0))), key, cancellationToken);
    }

    /// <summary>Has all values written again, in the background.</summary>
    public async Task<Answer> RewriteAsync(IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        var count = await worker.RewriteAsync(commit, cancellationToken);
        commit.Audit("edge.rewritten", $"edge:{choice.Connection}");
        return await DoneAsync(commit, new(202, Json.Write(new RewriteView(count))), key, cancellationToken);
    }

    private async Task AskAsync<T>(Func<IEdge, Func<T, CancellationToken, Task>> call, T what, CancellationToken cancellationToken)
    {
        var edge = choice.Current ?? throw new RefusedException(new(409, "edge_not_connected", $"There is no edge: the connection '{choice.Connection}' does not offer one."));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await call(edge)(what, deadline.Token);
        }
        catch (VendorException failure)
        {
            var unavailable = failure.Failure is VendorFailure.Transient or VendorFailure.RateLimited or VendorFailure.OutcomeUnknown;
            throw new RefusedException(new(unavailable ? 503 : 502, unavailable ? "service_unavailable" : "connector_failed", "The edge did not do it. Repeating does no harm.")
            {
                Retryable = unavailable,
                RetryAfter = failure.RetryAfter,
                Upstream = new(choice.Connection, failure.Failure.ToString()),
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RefusedException(new(503, "service_unavailable", "The edge gave no answer in time. Repeating does no harm.") { Retryable = true });
        }
    }

    private async Task<Answer> DoneAsync(Commit commit, Answer answer, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        await database.CommitAsync(commit, cancellationToken);
        return answer;
    }

    private EdgeFunction Function() => new(options.Value.Function, Source.Value, new Dictionary<string, string>
    {
        ["HUB"] = options.Value.HubUrl ?? "",
        ["MARKET"] = markets.Default.Code,
        ["KEYS"] = string.Join(',', keys.PublishableHashes),
    });

    private static string HashOf(EdgeFunction function) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{function.Source}\n{string.Join('\n', function.Variables.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}"))}"))))[..16];

    private static string ReadSource()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("edge/worker.mjs")!);
        return reader.ReadToEnd();
    }

    private static DateTimeOffset? At(long? milliseconds) => milliseconds is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
}
