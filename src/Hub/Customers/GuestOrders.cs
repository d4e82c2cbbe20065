using Composable.Hub.Carts;
using Composable.Hub.Http;
using Composable.Hub.Orders;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>Makes orders a customer's that were placed as a guest.</summary>
internal sealed class GuestOrders(Database database, OrderStore orders, CartStore carts, TimeProvider clock)
{
    private const int Tries = 6;

    /// <summary>All that went to the customer's address. Only for one who has shown that the mailbox is theirs: anybody can give anybody's address.</summary>
    public async Task TakeAllAsync(Customer customer, CancellationToken cancellationToken)
    {
        foreach (var found in await orders.OfGuestsAsync(customer.Email, cancellationToken))
        {
            var order = found;
            for (var tries = 1; !await TakeAsync(order, customer, cancellationToken); tries++)
            {
                order = await orders.ForChangeAsync(order.Id, fresh: true, cancellationToken);
                if (order.CustomerId is not null) break;
                if (tries == Tries) throw new RefusedException(new(409, "customer_changed", "An order was changed at the same moment. Try again.") { Retryable = true });
            }
        }
    }

    /// <summary>False when the order moved on at the same moment: then nothing has changed.</summary>
    public async Task<bool> TakeAsync(Order order, Customer customer, CancellationToken cancellationToken)
    {
        var claimed = order.With("order.claimed", "The order was taken over by the customer's account.", clock.GetUtcNow()) with { CustomerId = customer.Id };
        var commit = new Commit();
        orders.Update(commit, claimed, "{}");
        // With the order goes what it was made from: the cart still has the addresses in it.
        if (await carts.ReadAsync(order.CartId, cancellationToken) is { CustomerId: null } cart) CartStore.Update(commit, cart with { CustomerId = customer.Id, Version = cart.Version + 1 }, "cart.claimed");
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return true;
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException { Table: "events" })
        {
            return false;
        }
    }
}
