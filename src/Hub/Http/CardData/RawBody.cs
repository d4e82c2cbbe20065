using Microsoft.AspNetCore.Http.Features;

namespace Composable.Hub.Http.CardData;

/// <summary>The bytes of a body of at most 1 MiB, read once for everybody who wants them.</summary>
internal static class RawBody
{
    public const int MaxBytes = 1 << 20;

    /// <summary>What is read on of a body that is too large, so that the caller hears the answer instead of a broken connection.</summary>
    private const int Patience = 8 << 20;

    /// <summary>Null when the body says that it is larger; it was not read.</summary>
    /// <exception cref="RefusedException">413: it turned out to be larger.</exception>
    public static async Task<byte[]?> TakeAsync(HttpContext context)
    {
        if (context.Items[typeof(RawBody)] is byte[] known) return known;
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = request.ContentLength > MaxBytes ? Patience : MaxBytes + 1;
        if (request.ContentLength > MaxBytes) return null;
        var body = await ReadAsync(context);
        context.Items[typeof(RawBody)] = body;
        request.Body = new MemoryStream(body, writable: false);
        return body;
    }

    public static async Task<byte[]> GetAsync(HttpContext context) => await TakeAsync(context) ?? throw TooLarge();

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        try
        {
            return request.ContentLength is { } length ? await ExactlyAsync(request.Body, (int)length, context.RequestAborted) : await ToTheEndAsync(request.Body, context.RequestAborted);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // A chunk's size that no number holds comes as this.
            context.Response.Headers.Connection = "close";
            throw new RefusedException(new(400, "invalid_request", "The body cannot be read."));
        }
    }

    private static async Task<byte[]> ExactlyAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    private static async Task<byte[]> ToTheEndAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream(512);
        await stream.CopyToAsync(buffer, cancellationToken);
        return buffer.Length > MaxBytes ? throw TooLarge() : buffer.ToArray();
    }

    private static RefusedException TooLarge() => new(new(413, "payload_too_large", "A body has at most 1 MiB."));
}
