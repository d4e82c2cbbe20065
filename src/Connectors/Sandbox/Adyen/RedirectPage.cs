using System.Net;
using System.Text;

namespace Composable.Sandbox.Adyen;

/// <summary>The page where a shopper would confirm with the bank. Posting <c>outcome=succeed</c> or <c>outcome=fail</c> finishes it.</summary>
/// <remarks>The payment is decided there and then, unless <c>authorize</c> is held: then only what the shopper brings back decides it.</remarks>
internal sealed class RedirectPage(AdyenBooks books, Endings endings, AdyenSender sender)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/adyen/redirect/{id}", ShowAsync);
        app.MapPost("/adyen/redirect/{id}", FinishAsync);
    }

    private Task ShowAsync(HttpContext http)
    {
        var payment = Find(http);
        return payment is null ? PageAsync(http, 404, "<p>No such payment.</p>")
            : payment is not { Status: "redirect", Confirmed: null } ? PageAsync(http, 200, "<p>This payment needs no confirmation.</p>")
            : PageAsync(http, 200, $"""
                <p>Confirm a payment of {payment.Amount} ({WebUtility.HtmlEncode(payment.Currency)}, minor units)?</p>
                <form method="post" action="{WebUtility.HtmlEncode(http.Request.Path)}">
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

        if (Finish(http, outcome == "succeed") is not { } payment)
        {
            await PageAsync(http, Find(http) is null ? 404 : 409, "<p>No payment is waiting here.</p>");
            return;
        }

        var back = new Uri(payment.ReturnUrl);
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location =
            $"{back.GetLeftPart(UriPartial.Path)}{(back.Query.Length > 1 ? back.Query + "&" : "?")}redirectResult={Uri.EscapeDataString(payment.RedirectResult!)}{back.Fragment}";
    }

    private Payment? Find(HttpContext http)
    {
        lock (books.Gate)
        {
            return books.Payment((string)http.Request.RouteValues["id"]!);
        }
    }

    private Payment? Finish(HttpContext http, bool confirmed)
    {
        lock (books.Gate)
        {
            if (Find(http) is not { Status: "redirect", Confirmed: null } payment)
            {
                return null;
            }

            payment = payment with { Confirmed = confirmed };
            var entry = endings.Take("authorize") switch
            {
                Ending.Held => new AdyenEntry { Payment = payment },
                Ending.Fails => Charging.Decide(books, payment, TestMethods.Refused),
                _ => Charging.Decide(books, payment, confirmed ? null : TestMethods.NotAuthenticated),
            };
            books.Commit(entry);
            sender.Notify(entry.Notices, http.Request.Headers.TraceParent);
            return entry.Payment;
        }
    }

    private static Task PageAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync($"<!doctype html><html lang=\"en\"><title>Simulated bank</title><body>{body}</body></html>", Encoding.UTF8, http.RequestAborted);
    }
}
