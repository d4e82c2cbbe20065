using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers;

/// <summary>What customers change about themselves, once they are signed in.</summary>
internal sealed class AccountDesk(Database database, CustomerStore customers, IOptions<CustomerOptions> options)
{
    private const int Tries = 6;

    public Task<Customer> PatchAsync(Caller caller, Body<PatchCustomer> body, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        var patch = body.Value;
        if ((Registering.CheckName(patch.Name, "/name") ?? Registering.CheckName(patch.Phone, "/phone")) is { } wrong) throw new RefusedException(wrong);
        return ChangeAsync(caller, precondition, "customer.changed", facts => facts with
        {
            Name = body.Has("name") ? patch.Name : facts.Name,
            Phone = body.Has("phone") ? patch.Phone : facts.Phone,
            Consent = patch.Consent ?? facts.Consent,
        }, cancellationToken);
    }

    public async Task<(Customer Customer, CustomerAddress Address)> AddAddressAsync(Caller caller, AddressInput input, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        Check(input);
        var customer = await ChangeAsync(caller, precondition, "customer.changed", facts =>
        {
            if (facts.Addresses.Count >= options.Value.MaxAddresses) throw new RefusedException(new(422, "limit_exceeded", $"A customer has at most {options.Value.MaxAddresses} addresses."));
            return Put(facts with { NextAddress = facts.NextAddress + 1 }, new($"adr_{facts.NextAddress}", input.Address, input.DefaultShipping, input.DefaultBilling));
        }, cancellationToken);
        return (customer, customer.Facts.Addresses[^1]);
    }

    public async Task<(Customer Customer, CustomerAddress Address)> SetAddressAsync(Caller caller, string id, AddressInput input, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        Check(input);
        var customer = await ChangeAsync(caller, precondition, "customer.changed", facts => Put(Having(facts, id), new(id, input.Address, input.DefaultShipping, input.DefaultBilling)), cancellationToken);
        return (customer, customer.Facts.Addresses.First(address => address.Id == id));
    }

    public Task<Customer> RemoveAddressAsync(Caller caller, string id, Func<long, Refusal?> precondition, CancellationToken cancellationToken) =>
        ChangeAsync(caller, precondition, "customer.changed", facts => Having(facts, id) with { Addresses = [.. facts.Addresses.Where(address => address.Id != id)] }, cancellationToken);

    /// <summary>Applies a change to the newest version, again and again until no other comes between.</summary>
    private async Task<Customer> ChangeAsync(Caller caller, Func<long, Refusal?> precondition, string happened, Func<CustomerFacts, CustomerFacts> change, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var customer = await customers.OwnAsync(caller, cancellationToken);
            if (precondition(customer.Version) is { } stale) throw new RefusedException(stale);
            var next = customer with { Facts = change(customer.Facts), Version = customer.Version + 1 };
            var commit = new Commit();
            CustomerStore.Update(commit, next, happened);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                return next;
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException { Code: CustomerStore.Stale } or DuplicateException { Table: "events" })
            {
                // Another device was first.
            }
        }
    }

    private static CustomerFacts Having(CustomerFacts facts, string id) => facts.Addresses.Any(address => address.Id == id) ? facts : throw new RefusedException(Refusal.NotFound("address"));

    /// <summary>In the place of the one with its id, else behind the others; what it is the default for, no other is.</summary>
    private static CustomerFacts Put(CustomerFacts facts, CustomerAddress address)
    {
        var others = facts.Addresses.Select(other => other.Id == address.Id ? address : other with
        {
            DefaultShipping = other.DefaultShipping && !address.DefaultShipping,
            DefaultBilling = other.DefaultBilling && !address.DefaultBilling,
        }).ToList();
        return facts with { Addresses = others.Contains(address) ? others : [.. others, address] };
    }

    private static void Check(AddressInput input)
    {
        if (AddressRules.Check(input.Address, "/address") is { } wrong) throw new RefusedException(wrong);
    }
}
