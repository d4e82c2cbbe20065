using System.Globalization;
using System.Net;
using System.Security.Authentication;

namespace Composable.Connectors.Sdk;

/// <summary>The one way a vendor client sends: bounds the answer in size and time and turns broken machinery into <see cref="VendorException"/>.</summary>
/// <remarks>It never retries: the <see cref="HttpClient"/> it is given does that for reads, and the hub decides about changes.</remarks>
public sealed class VendorHttp
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(60);
    private static readonly HttpRequestOptionsKey<string> WaitHeaderOf = new("wait-header");

    private readonly string _vendor;
    private readonly HttpClient _http;
    private readonly string _root;

    /// <summary>What a request does, for handlers on the way: a read may be repeated or asked twice, whatever its verb.</summary>
    public static readonly HttpRequestOptionsKey<VendorEffect> Effect = new("effect");

    /// <param name="vendor">The vendor's name for messages.</param>
    /// <param name="baseUrl">Absolute http or https address; may carry a path, with or without a slash at its end. Misconfigured when it is not one.</param>
    public VendorHttp(string vendor, HttpClient http, string baseUrl)
    {
        if (!Uri.TryCreate(baseUrl, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https") || root.Query.Length + root.Fragment.Length + root.UserInfo.Length > 0)
            throw new VendorException(VendorFailure.Misconfigured, $"Settings of {vendor}: baseUrl must be an absolute http or https address without query.");
        (_vendor, _http, _root) = (vendor, http, root.AbsoluteUri.TrimEnd('/'));
    }

    /// <summary>Largest answer that is read, in bytes. A larger one counts as unreadable.</summary>
    public int MaxAnswerBytes { get; init; } = 1024 * 1024;

    /// <summary>The header in which the vendor says how many seconds to wait, where that is not <c>Retry-After</c>.</summary>
    public string? WaitHeader { get; init; }

    /// <summary>How long the vendor wants to be left alone, by <c>Retry-After</c> or by the header it has instead; null when it does not say.</summary>
    public static TimeSpan? WaitAskedBy(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } seconds } => seconds,
            // Against the vendor's own clock where it tells it, so that a skewed clock here does not shorten the wait.
            { Date: { } date } => date - (response.Headers.Date ?? TimeProvider.System.GetUtcNow()),
            _ => Own(response),
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The address of a path (with query) below the base URL.</summary>
    public Uri At(string path) => new($"{_root}/{path.TrimStart('/')}");

    /// <summary>
    /// Sends and reads the whole answer. Answers with 2xx come back, and so do 4xx that only the vendor's own error table can judge;
    /// 401, 403, 408, 425, 429, 3xx, 5xx and missing answers are thrown as <see cref="VendorException"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// The caller's token was cancelled and nothing is at stake: the call only reads, or the request had not left. Once a change has left, giving up
    /// waiting does not undo it; a caller that saw a plain cancellation would book "not charged" for a card that was. So that is OutcomeUnknown.
    /// </exception>
    public async Task<VendorAnswer> SendAsync(HttpRequestMessage request, VendorEffect effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        request.Options.Set(Effect, effect);
        if (WaitHeader is not null) request.Options.Set(WaitHeaderOf, WaitHeader);
        var change = effect is VendorEffect.Changes ? DepartingContent.PutIn(request) : null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // HttpClient.Timeout stops counting at the headers; a body that drips for ever is bounded here.
        deadline.CancelAfter(_http.Timeout > TimeSpan.Zero && _http.Timeout < LongestCall ? _http.Timeout : LongestCall);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            response.RequestMessage ??= request;
            ThrowIfMachineryFailed(response, effect);
            var body = await ReadAsync(response.Content, deadline.Token);
            return new VendorAnswer(_vendor, effect, response.StatusCode, response.Headers, body);
        }
        // A guard of the hub's that stands inside the connect speaks this language already, but arrives wrapped.
        catch (HttpRequestException wrapped) when (wrapped.InnerException is VendorException guard && change is not { Departed: true })
        {
            throw new VendorException(guard.Failure, guard.Message, guard.RetryAfter, wrapped);
        }
        // Nothing is said to whom cannot prove who it is, and trying again does not help.
        catch (HttpRequestException unproven) when (unproven.InnerException is AuthenticationException && change is not { Departed: true })
        {
            throw new VendorException(VendorFailure.Misconfigured, $"{_vendor} has no valid certificate at this address.", inner: unproven);
        }
        // Everything else is caught, whatever its type: a handler in between may throw what this class has never heard of.
        catch (Exception failure) when (failure is not VendorException)
        {
            var mayHaveTakenEffect = change is { Departed: true };
            if (cancellationToken.IsCancellationRequested && !mayHaveTakenEffect) throw new OperationCanceledException("The call was given up before it took effect.", failure, cancellationToken);
            throw new VendorException(
                mayHaveTakenEffect ? VendorFailure.OutcomeUnknown : VendorFailure.Transient,
                $"{_vendor}: {request.Method} {request.RequestUri?.AbsolutePath} got no usable answer ({Name(failure)}).",
                inner: failure);
        }
    }

    private static string Name(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http => http.HttpRequestError.ToString(),
        OperationCanceledException => "timeout",
        _ => failure.GetType().Name,
    };

    private void ThrowIfMachineryFailed(HttpResponseMessage response, VendorEffect effect)
    {
        var status = (int)response.StatusCode;
        VendorFailure? failure = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => VendorFailure.Misconfigured,
            HttpStatusCode.TooManyRequests => VendorFailure.RateLimited,
            // No vendor API redirects, so this is not the vendor's API.
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => VendorFailure.Misconfigured,
            // A server that failed, or a gateway that gave up waiting, may have done the work first.
            HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or >= HttpStatusCode.InternalServerError => effect is VendorEffect.Changes ? VendorFailure.OutcomeUnknown : VendorFailure.Transient,
            _ => null,
        };
        if (failure is { } kind) throw new VendorException(kind, $"{_vendor} answered {status}.", WaitAskedBy(response));
    }

    private static TimeSpan? Own(HttpResponseMessage response) =>
        response.RequestMessage?.Options.TryGetValue(WaitHeaderOf, out var name) == true && response.Headers.TryGetValues(name, out var values)
        && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxAnswerBytes) throw new InvalidDataException("The answer is too large.");
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        // Counted after decompression, so that a small answer that unpacks to a huge one is bounded too.
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            if (body.Length + read > MaxAnswerBytes) throw new InvalidDataException("The answer is too large.");
            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }
}
