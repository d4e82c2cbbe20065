using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;

namespace Fuzz.Tests.Requests;

/// <summary>A purchase and what staff do with it, a step at a time, so that there is something in every state.</summary>
internal sealed class Journey(ApiContract contract, Things things)
{
    private static readonly string[] Markets = ["US", "DE", "JP"];
    private static readonly string[] ByStaff = ["capture", "refund", "fulfill", "refund", "cancel", "capture"];
    private string market = "US";
    private int step, staffSteps;
    private Thing? cart, checkout, order;

    /// <summary>How many orders were placed and how many changes by staff succeeded.</summary>
    public int Orders { get; private set; }

    public int Changes { get; private set; }

    /// <summary>Where a shopper has to confirm; whoever drives the journey goes there.</summary>
    public string? Confirmation { get; set; }

    public Draft Next(Random random, string unique)
    {
        var writer = new Writer(things, random, unique);
        var samples = new Samples(things, random);
        if (step == 0) market = samples.Pick(Markets);
        return step switch
        {
            0 => writer.Of(contract["POST /v1/carts"], null, new() { ["market"] = market, ["lines"] = new JsonArray(new JsonObject { ["sku"] = samples.Pick(Stock.Kept), ["quantity"] = 1 + random.Next(3) }) }),
            1 => WithToken(writer.Of(contract["POST /v1/checkouts"], null, new() { ["cartId"] = cart!.Id })),
            2 => writer.Of(contract["PATCH /v1/checkouts/{id}"], checkout, new() { ["email"] = "ada@example.com", ["shippingAddress"] = Samples.Address(market) }),
            3 => writer.Of(contract["PATCH /v1/checkouts/{id}"], checkout, new() { ["deliveryOption"] = "standard" }),
            4 => writer.Of(contract["POST /v1/checkouts/{id}/complete"], checkout, new()
            {
                ["quoteToken"] = checkout!.Last["quote"]?["token"]?.GetValue<string>() ?? "none",
                ["payment"] = new JsonObject { ["connection"] = "stripe", ["method"] = new JsonObject { ["type"] = "card", ["token"] = samples.Text("token") } },
            }),
            5 => writer.Of(contract["GET /v1/checkouts/{id}"], checkout, null),
            6 => writer.Of(contract["GET /admin/orders/{id}"], order, null),
            _ => writer.Of(contract[$"POST /admin/orders/{{id}}/{samples.Pick(ByStaff)}"], order, Command(random)),
        };
    }

    /// <summary>Goes on when the step was answered well, and begins again otherwise.</summary>
    public void Take(int status, JsonNode? json)
    {
        var answer = json as JsonObject;
        var id = status is >= 200 and < 300 ? answer?["id"]?.GetValue<string>() : null;
        switch (step)
        {
            case 0 when id is not null: (cart, step) = (things.Find("cart", id), 1); break;
            case 1 when id is not null: (checkout, step) = (things.Find("checkout", id), 2); break;
            case 2 or 3 when id is not null: step++; break;
            case 4 or 5 when id is not null && answer!["orderId"]?.GetValue<string>() is { } orderId:
                order = things.Know("order", orderId);
                (step, staffSteps, Orders) = (6, 0, Orders + 1);
                break;
            case 4 when id is not null:
                Confirmation = answer!["actions"] is JsonArray { Count: > 0 } actions ? actions[0]!["url"]?.GetValue<string>() : null;
                step = 5;
                break;
            case >= 6 when id is not null && staffSteps < 5:
                Changes += step > 6 ? 1 : 0;
                (step, staffSteps) = (7, staffSteps + 1);
                break;
            case > 6 when status is 409 or 412 or 422 && staffSteps < 5: (step, staffSteps) = (6, staffSteps + 1); break;
            default: step = 0; break;
        }

        if ((step > 0 && cart is null) || (step > 1 && checkout is null)) step = 0;
    }

    private Draft WithToken(Draft draft)
    {
        if (cart!.Token is { } token) draft.Set("Hub-Cart-Token", token);
        return draft;
    }

    private JsonObject Command(Random random)
    {
        // Some of the money; without an amount it is all that is left.
        var currency = market switch { "DE" => "EUR", "JP" => "JPY", _ => "USD" };
        return random.Next(2) == 0 ? new() : new() { ["amount"] = new JsonObject { ["amount"] = 1 + random.Next(900), ["currency"] = currency } };
    }
}
