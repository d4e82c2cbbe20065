using System.Globalization;
using System.Net;
using System.Text;
using Composable.Connectors.Remote;

namespace Connectors.Tests.Remote;

/// <summary>A remote connector that says what it is told to, signed or not.</summary>
internal sealed class SignedVendor(Func<HttpRequestMessage, SignedVendor.Reply> answer) : HttpMessageHandler
{
    /// <param name="Signature">Null leaves the answer unsigned.</param>
    internal sealed record Reply(int Status, string Body, string? KeyId, string Time, string? Signature);

    public static SignedVendor Saying(string body, string secret, int status = 200) => new(request => Signed(request, body, secret, status));

    public static Reply Signed(HttpRequestMessage request, string body, string secret, int status = 200, int secondsOld = 0, string? nonce = null)
    {
        var time = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - secondsOld).ToString(CultureInfo.InvariantCulture);
        var signature = RemoteSignature.OfAnswer(secret, time, nonce ?? request.Headers.GetValues(RemoteSignature.NonceHeader).Single(), status, Encoding.UTF8.GetBytes(body));
        return new Reply(status, body, RemoteSignature.KeyId(secret), time, signature);
    }

    public List<string> Bodies { get; } = [];

    public List<string?> Keys { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
        Keys.Add(request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null);
        var reply = answer(request);
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status) { Content = new StringContent(reply.Body, Encoding.UTF8, "application/json") };
        if (reply.Signature is null) return response;
        response.Headers.TryAddWithoutValidation(RemoteSignature.KeyHeader, reply.KeyId);
        response.Headers.TryAddWithoutValidation(RemoteSignature.TimeHeader, reply.Time);
        response.Headers.TryAddWithoutValidation(RemoteSignature.SignatureHeader, reply.Signature);
        return response;
    }
}
