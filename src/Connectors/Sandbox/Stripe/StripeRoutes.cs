using Composable.Sandbox.Stripe.Webhooks;

namespace Composable.Sandbox.Stripe;

/// <summary>Stripe's addresses, each with the operation name that faults use.</summary>
internal sealed class StripeRoutes(StripeBooks books, StripePipeline pipeline)
{
    private const string Root = "/stripe/v1";

    public void Map(IEndpointRouteBuilder app)
    {
        MapIntents(app.MapGroup(Root + "/payment_intents"));
        MapRefunds(app.MapGroup(Root + "/refunds"));
        MapDisputes(app.MapGroup(Root + "/disputes"));
        MapCustomers(app.MapGroup(Root + "/customers"), app.MapGroup(Root + "/payment_methods"));
        MapEvents(app.MapGroup(Root + "/events"));
        MapEndpoints(app.MapGroup(Root + "/webhook_endpoints"));
        app.MapGet(Root + "/charges/{id}", pipeline.Read("retrieve", StripeParameters.None, (call, json) => StripeJson.Charge(json, books.IntentOfCharge(call.Id))));
        app.Map("/stripe/v1/{**rest}", pipeline.Unknown);
    }

    private void MapIntents(RouteGroupBuilder group)
    {
        var intents = new PaymentIntentOperations(books);
        group.MapPost("", pipeline.Write("authorize", StripeParameters.Create, intents.Create));
        group.MapPost("/{id}", pipeline.Write("update", StripeParameters.Update, intents.Update));
        group.MapPost("/{id}/confirm", pipeline.Write("authorize", StripeParameters.Confirm, intents.Confirm));
        group.MapPost("/{id}/capture", pipeline.Write("capture", StripeParameters.Capture, intents.Capture));
        group.MapPost("/{id}/cancel", pipeline.Write("cancel", StripeParameters.Cancel, intents.Cancel));
        group.MapGet("/search", pipeline.Read("search", StripeParameters.Search, (call, json) => StripeSearch.Write(
            json, call, books.Now, books.Intents.NewestFirst, intent => new(intent.Created, intent.Metadata, intent.Status), StripeJson.Intent)));
        group.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.Retrieve, (call, json) => StripeJson.Intent(json, books.Intent(call.Id))));
        group.MapGet("", pipeline.Read("list", StripeParameters.List, (call, json) =>
            StripeLists.Write(json, call, books.Intents.NewestFirst, intent => intent.Id, intent => intent.Created, StripeJson.Intent)));
    }

    private void MapRefunds(RouteGroupBuilder group)
    {
        var refunds = new RefundOperations(books);
        group.MapPost("", pipeline.Write("refund", StripeParameters.Refund, refunds.Create));
        group.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.None, (call, json) => StripeJson.Refund(json, refunds.Find(call.Id))));
        group.MapGet("", pipeline.Read("list", StripeParameters.List, (call, json) =>
            StripeLists.Write(json, call, books.Refunds.NewestFirst.Where(Of(call)), refund => refund.Id, refund => refund.Created, StripeJson.Refund)));

        static Func<Refund, bool> Of(StripeCall call) => refund =>
            (call.Text("payment_intent") is not { } intent || refund.Intent == intent) && (call.Text("charge") is not { } charge || refund.Charge == charge);
    }

    private void MapCustomers(RouteGroupBuilder group, RouteGroupBuilder methods)
    {
        var customers = new CustomerOperations(books);
        group.MapPost("", pipeline.Write("update", StripeParameters.Customer, customers.Create));
        group.MapDelete("/{id}", pipeline.Write("update", StripeParameters.None, customers.Remove));
        group.MapGet("/search", pipeline.Read("search", StripeParameters.Search, (call, json) => StripeSearch.Write(
            json, call, books.Now, books.Customers.NewestFirst.Where(customer => !customer.Removed), customer => new(customer.Created, customer.Metadata, null), StripeJson.Customer)));
        group.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.None, (call, json) => StripeJson.Customer(json, customers.Find(call.Id))));
        group.MapGet("", pipeline.Read("list", StripeParameters.List, (call, json) =>
            StripeLists.Write(json, call, books.Customers.NewestFirst.Where(customer => !customer.Removed), customer => customer.Id, customer => customer.Created, StripeJson.Customer)));
        methods.MapPost("/{id}/detach", pipeline.Write("update", StripeParameters.None, customers.Detach));
        methods.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.None, customers.ShowMethod));
        methods.MapGet("", pipeline.Read("list", StripeParameters.List, customers.ListMethods));
    }

    private void MapDisputes(RouteGroupBuilder group)
    {
        group.MapPost("/{id}", pipeline.Write("dispute", StripeParameters.Dispute, call => Disputing.Respond(books, call)));
        group.MapPost("/{id}/close", pipeline.Write("dispute", StripeParameters.None, call => Disputing.Close(books, call)));
        group.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.None, (call, json) => StripeJson.Dispute(json, Disputing.Find(books, call.Id))));
        group.MapGet("", pipeline.Read("list", StripeParameters.List, (call, json) => StripeLists.Write(
            json, call, books.Disputes.NewestFirst.Where(dispute => call.Text("payment_intent") is not { } intent || dispute.Intent == intent),
            dispute => dispute.Id, dispute => dispute.Created, StripeJson.Dispute)));
    }

    private void MapEvents(RouteGroupBuilder group)
    {
        group.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.None, (call, json) =>
        {
            var (notice, entry) = books.Event(call.Id) ?? throw StripeRefusal.NoSuch("event", call.Id, "id");
            StripeJson.Event(json, notice, entry);
        }));
        group.MapGet("", pipeline.Read("list", StripeParameters.List, (call, json) => StripeLists.Write(
            json, call, books.EventsNewestFirst.Where(row => call.Text("type") is not { } type || row.Event.Type == type),
            row => row.Event.Id, row => row.Event.Created, (writer, row) => StripeJson.Event(writer, row.Event, row.Entry))));
    }

    private void MapEndpoints(RouteGroupBuilder group)
    {
        var endpoints = new WebhookEndpointOperations(books);
        group.MapPost("", pipeline.Write("endpoint", StripeParameters.Endpoint, endpoints.Create));
        group.MapDelete("/{id}", pipeline.Write("endpoint", StripeParameters.None, endpoints.Remove));
        group.MapGet("/{id}", pipeline.Read("retrieve", StripeParameters.None, (call, json) => StripeJson.Endpoint(json, endpoints.Find(call.Id), withSecret: false)));
        group.MapGet("", pipeline.Read("list", StripeParameters.List, (call, json) => StripeLists.Write(
            json, call, books.Endpoints.NewestFirst.Where(endpoint => !endpoint.Removed),
            endpoint => endpoint.Id, endpoint => endpoint.Created, (writer, endpoint) => StripeJson.Endpoint(writer, endpoint, withSecret: false))));
    }
}
