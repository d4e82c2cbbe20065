using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

/// <summary>Asks a remote connector, and believes only what is signed.</summary>
internal sealed class RemoteCalls(string name, RemoteSettings settings, HttpClient http)
{
    private readonly VendorHttp _http = new(name, http, settings.BaseUrl);
    private readonly RemoteSignature _signature = new(settings.Secret, settings.PreviousSecret);

    public async Task<RemoteManifest> ManifestAsync(CancellationToken cancellationToken)
    {
        const string path = "/manifest";
        using var request = new HttpRequestMessage(HttpMethod.Get, _http.At(path));
        return Read<RemoteManifest>(await SendAsync(request, path, VendorEffect.Reads, null, [], cancellationToken), VendorEffect.Reads);
    }

    public Task<TAnswer> AskAsync<TRequest, TAnswer>(RemoteOperation<TRequest, TAnswer> operation, TRequest request, CancellationToken cancellationToken)
        where TRequest : class
        where TAnswer : class => AskAsync(operation, request, null, null, cancellationToken);

    /// <summary>The same for an operation that a connector need not have. Null when it says, signed, that it has not.</summary>
    public async Task<TAnswer?> FindAsync<TRequest, TAnswer>(RemoteOperation<TRequest, TAnswer> operation, TRequest request, string idempotencyKey, CancellationToken cancellationToken)
        where TRequest : class
        where TAnswer : class
    {
        var answer = await SendAsync(operation, request, idempotencyKey, cancellationToken);
        return answer.Status is HttpStatusCode.NotFound ? null : Read<TAnswer>(answer, operation.Effect);
    }

    /// <param name="idempotencyKey">The same key twice has one effect. Changes that are repeatable by their nature get a fresh one.</param>
    /// <param name="fault">What makes an answer impossible that is well formed; null when nothing does.</param>
    public async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        RemoteOperation<TRequest, TAnswer> operation, TRequest request, string? idempotencyKey, Func<TAnswer, string?>? fault, CancellationToken cancellationToken)
        where TRequest : class
        where TAnswer : class
    {
        var answer = await SendAsync(operation, request, idempotencyKey, cancellationToken);
        var read = Read<TAnswer>(answer, operation.Effect);
        return fault?.Invoke(read) is { } why ? throw answer.Unusable(why) : read;
    }

    private async Task<VendorAnswer> SendAsync<TRequest>(RemoteOperation operation, TRequest request, string? idempotencyKey, CancellationToken cancellationToken)
        where TRequest : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new RemoteCall<TRequest>(settings.VendorSettings, settings.VendorSecret, request), RemoteJson.Of<RemoteCall<TRequest>>());
        var key = operation.Effect is VendorEffect.Changes ? idempotencyKey ?? $"hub:{Guid.NewGuid():N}" : null;
        using var message = new HttpRequestMessage(HttpMethod.Post, _http.At(operation.Path));
        message.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return await SendAsync(message, operation.Path, operation.Effect, key, body, cancellationToken);
    }

    private async Task<VendorAnswer> SendAsync(HttpRequestMessage request, string path, VendorEffect effect, string? key, byte[] body, CancellationToken cancellationToken)
    {
        var nonce = _signature.Sign(request, path, key, body, TimeProvider.System.GetUtcNow());
        var answer = await _http.SendAsync(request, effect, cancellationToken);
        return _signature.IsGenuine(answer, nonce, TimeProvider.System.GetUtcNow()) ? answer : throw answer.Unusable("it is not signed as it must be");
    }

    private T Read<T>(VendorAnswer answer, VendorEffect effect)
        where T : class
    {
        if (answer.IsSuccess) return Shape<T>(answer);
        if (answer.Status != HttpStatusCode.UnprocessableEntity) throw answer.Unusable("its status is none of the protocol's");
        var problem = Shape<RemoteProblem>(answer);
        // What only reads cannot have had an effect that nobody knows of.
        var kind = problem.Kind is VendorFailure.OutcomeUnknown && effect is VendorEffect.Reads ? VendorFailure.Transient : problem.Kind;
        throw new VendorException(kind, $"{name} says that the call failed.", problem.RetryAfter is { } seconds and >= 0 ? TimeSpan.FromSeconds(seconds) : null);
    }

    private static T Shape<T>(VendorAnswer answer)
        where T : class
    {
        try
        {
            return answer.Read(RemoteJson.Of<T>());
        }
        // What the serializer throws, instead of a JsonException, where the kind of a result is missing.
        catch (NotSupportedException wrong)
        {
            throw answer.Unusable("it does not say what kind it is", wrong);
        }
    }
}
