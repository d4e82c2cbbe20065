using System.Text.Json;

namespace Composable.Sandbox.Stripe;

/// <summary>Customers and the methods they let Stripe keep. Runs under the books' gate.</summary>
internal sealed class CustomerOperations(StripeBooks books)
{
    public StripeEntry Create(StripeCall call) => new()
    {
        Customer = new Customer(Ids.New("cus_"), books.Customers.Next, call.Text("email"), books.Now, call.Map("metadata")),
        Answer = new Answer(200, Shown.Customer),
    };

    public Customer Find(string id, string param = "id", int status = 404) =>
        books.Customers.TryGet(id, out var customer) && !customer.Removed ? customer : throw StripeRefusal.NoSuch("customer", id, param, status);

    /// <summary>Deletes a customer for good; their methods pay no more.</summary>
    public StripeEntry Remove(StripeCall call) => new()
    {
        Customer = Find(call.Id) with { Removed = true, Email = null, Metadata = new Dictionary<string, string>() },
        Answer = new Answer(200, Shown.RemovedCustomer),
    };

    /// <summary>Takes a method from its customer. Nobody can pay with it afterwards.</summary>
    public StripeEntry Detach(StripeCall call) => books.Methods.TryGet(call.Id, out var kept) && kept.Customer is not null
        ? new StripeEntry { Method = kept with { Customer = null }, Answer = new Answer(200, Shown.Method) }
        : throw StripeRefusal.NoSuch("PaymentMethod", call.Id, "payment_method");

    public void ShowMethod(StripeCall call, Utf8JsonWriter json)
    {
        if (books.Methods.TryGet(call.Id, out var kept))
        {
            StripeJson.Method(json, kept.Id, kept.Card, kept);
        }
        else if (TestCards.Find(call.Id) is not null)
        {
            StripeJson.Method(json, call.Id, call.Id);
        }
        else
        {
            throw StripeRefusal.NoSuch("PaymentMethod", call.Id, "payment_method");
        }
    }

    public void ListMethods(StripeCall call, Utf8JsonWriter json)
    {
        var customer = Find(call.Required("customer"), "customer", 400).Id;
        StripeLists.Write(
            json, call, books.Methods.NewestFirst.Where(kept => kept.Customer == customer && call.Text("type") is null or "card"),
            kept => kept.Id, kept => kept.Created, (writer, kept) => StripeJson.Method(writer, kept.Id, kept.Card, kept));
    }
}
