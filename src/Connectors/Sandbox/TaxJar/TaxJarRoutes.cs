using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.TaxJar;

/// <summary>TaxJar's addresses, each with the operation name that faults use.</summary>
internal sealed class TaxJarRoutes(TaxJarBooks books, TaxJarPipeline pipeline)
{
    private const string Root = "/taxjar/v2";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Root + "/taxes", pipeline.WithBody("quote", 200, TaxJarJson.Default.TaxRequest, (_, request) =>
        {
            var quote = TaxQuote.For(request);
            return json => TaxQuoteJson.Write(json, quote);
        }));
        MapTransactions(app.MapGroup(Root + "/transactions/orders"), new TransactionOperations(books, refunds: false), "order", "commit");
        MapTransactions(app.MapGroup(Root + "/transactions/refunds"), new TransactionOperations(books, refunds: true), "refund", "refund");
        app.MapGet(Root + "/rates/{id}", pipeline.Without("rates", (http, zip) => Lookups.Rate(zip, http.Request.Query)));
        app.MapGet(Root + "/categories", pipeline.Without("list", (_, _) => Lookups.Categories));
        app.MapGet(Root + "/nexus/regions", pipeline.Without("list", (_, _) => Lookups.Regions));
        app.MapGet(Root + "/validation", pipeline.Without("validate", (http, _) => Lookups.Vat(http.Request.Query["vat"].ToString())));
        app.MapPost(Root + "/addresses/validate", pipeline.WithBody("validate", 200, TaxJarJson.Default.AddressRequest, (_, address) => Lookups.Validate(address)));
        app.Map("/taxjar/{**rest}", pipeline.Without("unknown", (_, _) => throw TaxJarRefusal.NotFound()));
        app.MapGet("/_ledger/taxjar", http => Reply.SendAsync(http, 200, WriteLedger, FaultPlan.None));
    }

    private void MapTransactions(RouteGroupBuilder group, TransactionOperations transactions, string name, string operation)
    {
        group.MapPost("", pipeline.WithBody(operation, 201, TaxJarJson.Default.Transaction, (_, transaction) => Show(name, transactions.Create(transaction))));
        group.MapPut("/{id}", pipeline.WithBody(operation, 200, TaxJarJson.Default.Transaction, (id, change) => Show(name, transactions.Update(id, change))));
        group.MapDelete("/{id}", pipeline.Without("void", (_, id) => Show(name, transactions.Remove(id))));
        group.MapGet("/{id}", pipeline.Without("retrieve", (_, id) => Show(name, transactions.Find(id))));
        group.MapGet("", pipeline.Without("list", (_, _) => json =>
        {
            json.WriteStartObject();
            json.WriteStartArray(name + "s");
            foreach (var id in transactions.Ids())
            {
                json.WriteStringValue(id);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private static Action<Utf8JsonWriter> Show(string name, Transaction transaction) => json =>
    {
        json.WriteStartObject();
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, transaction, TaxJarJson.Default.Transaction);
        json.WriteEndObject();
    };

    private void WriteLedger(Utf8JsonWriter json)
    {
        lock (books.Gate)
        {
            json.WriteStartObject();
            WriteAll(json, "transactions", books.Orders.Values);
            WriteAll(json, "refunds", books.Refunds.Values);
            json.WriteNumber("requests", pipeline.Requests);
            json.WriteEndObject();
        }
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IEnumerable<Transaction> transactions)
    {
        json.WriteStartArray(name);
        foreach (var transaction in transactions)
        {
            json.WriteStartObject();
            json.WriteString("id", transaction.TransactionId);
            json.WriteString("reference", transaction.TransactionReferenceId);
            json.WriteNumber("amount", transaction.Amount!.Value);
            json.WriteNumber("shipping", transaction.Shipping!.Value);
            json.WriteNumber("salesTax", transaction.SalesTax!.Value);
            json.WriteString("country", transaction.ToCountry);
            json.WriteString("state", transaction.ToState);
            json.WriteString("postalCode", transaction.ToZip);
            json.WriteString("street", transaction.ToStreet);
            json.WriteString("date", transaction.TransactionDate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
