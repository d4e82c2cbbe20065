namespace Composable.Sandbox.Stripe.Webhooks;

/// <summary>Addresses that merchants register for notices.</summary>
internal sealed class WebhookEndpointOperations(StripeBooks books)
{
    private const int Most = 16;

    public StripeEntry Create(StripeCall call)
    {
        var url = call.Required("url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || !address.IsLoopback)
        {
            throw StripeRefusal.Invalid("Invalid URL: the sandbox sends notices to this machine only.", "url_invalid", "url");
        }

        var events = call.Values("enabled_events");
        if (events.Count == 0)
        {
            throw StripeRefusal.Missing("enabled_events");
        }

        if (books.Endpoints.OldestFirst.Count(endpoint => !endpoint.Removed) >= Most)
        {
            throw StripeRefusal.Invalid($"You have reached the maximum of {Most} webhook endpoints.");
        }

        var endpoint = new WebhookEndpoint(Ids.New("we_"), books.Endpoints.Next, url, Ids.New("whsec_"), events, call.Text("description"), call.Text("api_version"), books.Now);
        return new StripeEntry { Endpoint = endpoint, Answer = new Answer(200, Shown.Endpoint) };
    }

    public StripeEntry Remove(StripeCall call) =>
        new() { Endpoint = Find(call.Id) with { Removed = true }, Answer = new Answer(200, Shown.Removal) };

    public WebhookEndpoint Find(string id) =>
        books.Endpoints.TryGet(id, out var endpoint) && !endpoint.Removed ? endpoint : throw StripeRefusal.NoSuch("webhook endpoint", id, "webhook_endpoint");
}
