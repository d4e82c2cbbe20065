using System.Net;
using System.Text;
using Composable.Sandbox.Stripe.Webhooks;

namespace Composable.Sandbox.Stripe;

/// <summary>The page where a shopper would confirm with the bank. Posting <c>outcome=succeed</c> or <c>outcome=fail</c> finishes it.</summary>
internal sealed class ConfirmationPage(StripeBooks books, StripeSender sender)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/stripe/3ds/{id}", ShowAsync);
        app.MapPost("/stripe/3ds/{id}", FinishAsync);
    }

    private Task ShowAsync(HttpContext http)
    {
        var intent = Find(http);
        var action = WebUtility.HtmlEncode(http.Request.Path + http.Request.QueryString);
        return intent is null ? PageAsync(http, 404, "<p>No such payment.</p>")
            : intent.Status != "requires_action" ? PageAsync(http, 200, "<p>This payment needs no confirmation.</p>")
            : PageAsync(http, 200, $"""
                <p>Confirm a payment of {intent.Amount} ({intent.Currency.ToUpperInvariant()}, minor units)?</p>
                <form method="post" action="{action}">
                <button name="outcome" value="succeed">Confirm</button>
                <button name="outcome" value="fail">Refuse</button>
                </form>
                """);
    }

    private async Task FinishAsync(HttpContext http)
    {
        var outcome = http.Request.HasFormContentType ? (await http.Request.ReadFormAsync(http.RequestAborted))["outcome"].ToString() : "";
        if (outcome is not ("succeed" or "fail"))
        {
            await PageAsync(http, 400, "<p>The outcome must be succeed or fail.</p>");
            return;
        }

        if (Finish(http, outcome == "succeed") is not { } intent)
        {
            await PageAsync(http, Find(http) is null ? 404 : 409, "<p>No payment is waiting here.</p>");
            return;
        }

        if (Back(http, intent) is { } address)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = address;
            return;
        }

        await PageAsync(http, 200, $"<p>{(outcome == "succeed" ? "Confirmed" : "Refused")}. You can close this page.</p>");
    }

    private PaymentIntent? Find(HttpContext http)
    {
        lock (books.Gate)
        {
            return books.Intents.TryGet((string)http.Request.RouteValues["id"]!, out var intent) ? intent : null;
        }
    }

    private PaymentIntent? Finish(HttpContext http, bool confirmed)
    {
        lock (books.Gate)
        {
            if (Find(http) is not { Status: "requires_action" } intent)
            {
                return null;
            }

            var call = StripeCall.Internal();
            var entry = confirmed ? Charging.Authorize(books, intent, call) : Charging.Decline(books, intent, TestCards.AuthenticationFailed, call);
            entry = books.Commit(entry);
            sender.Notify(entry, http.Request.Headers.TraceParent);
            return entry.Intent;
        }
    }

    private static string? Back(HttpContext http, PaymentIntent intent)
    {
        var wanted = http.Request.Query["return_url"].ToString() is { Length: > 0 } query ? query : intent.ReturnUrl;
        return Uri.TryCreate(wanted, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? $"{address.GetLeftPart(UriPartial.Path)}{(address.Query.Length > 1 ? address.Query + "&" : "?")}payment_intent={intent.Id}{address.Fragment}"
            : null;
    }

    private static Task PageAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync($"<!doctype html><html lang=\"en\"><title>Simulated bank</title><body>{body}</body></html>", Encoding.UTF8, http.RequestAborted);
    }
}
