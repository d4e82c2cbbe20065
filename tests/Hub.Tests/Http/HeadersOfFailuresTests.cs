using Composable.Hub.Http;
using Microsoft.AspNetCore.Http;

namespace Composable.Hub.Tests.Http;

public sealed class HeadersOfFailuresTests
{
    [Fact]
    public async Task A_failure_does_not_carry_the_headers_of_the_success_it_was_to_be()
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        foreach (var header in new[] { "ETag", "Location", "Set-Cookie", "Idempotent-Replayed", "Cache-Control" }) context.Response.Headers[header] = "x";
        context.Response.Headers.Allow = "GET";

        await ProblemAnswers.WriteAsync(context, new(503, "service_unavailable", "…") { RetryAfter = TimeSpan.FromSeconds(2) });

        context.Response.Headers.Select(header => header.Key).ShouldBe(["Allow", "Content-Type", "Retry-After"], ignoreOrder: true);
    }
}
