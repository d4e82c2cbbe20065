using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Customers.Passkeys;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Identity;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Outside;

/// <summary>Begins sessions of customers whom another provider knows, and opens accounts for those whom we do not know yet.</summary>
internal sealed class OutsideSignIn(Database database, CustomerStore customers, CustomerIdentities identities, SignInFlows flows, SigningIn signingIn, CartRecords carts, TimeProvider clock)
{
    private const int Tries = 4;
    private static readonly Refusal NotVouchedFor = new(403, "email_not_verified", "The provider does not vouch for your e-mail address. Sign in with your password, and add the provider to your account.");

    private static readonly Refusal Unlinked = new(401, "invalid_credentials", "The provider was taken off the account at this moment.");
    private static readonly Refusal SomebodyElse = new(409, "identity_taken", "The account with this address belongs to somebody else of the same provider.");

    public async Task<Answer> HandleAsync(FinishSignIn input, Visit visit, CancellationToken cancellationToken)
    {
        var person = await flows.FinishAsync(ProviderOptions.Customers, new(input.Flow, input.State, input.Code, input.Iss), visit.Address, cancellationToken);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await signingIn.EnterAsync(await FindAsync(person, cancellationToken), visit, (commit, newest) => CustomerIdentities.Require(commit, person, newest.Id), cancellationToken);
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException { Code: CustomerStore.Stale } or DuplicateException { Table: CustomerStore.Table or CustomerIdentities.Table or "events" })
            {
                // Another device of theirs was first.
            }
            catch (GuardFailedException gone) when (gone.Code == CustomerIdentities.Gone)
            {
                throw new RefusedException(Unlinked);
            }
        }
    }

    private async Task<Customer> FindAsync(OpenIdPerson person, CancellationToken cancellationToken)
    {
        if (await identities.CustomerOfAsync(person, cancellationToken) is { } id && await customers.ByIdAsync(id, cancellationToken) is { } known) return known;
        var email = person.Email ?? throw new RefusedException(NotVouchedFor);
        var commit = new Commit();
        var customer = await customers.ByEmailAsync(email, cancellationToken) switch
        {
            null => Open(commit, person, email),
            { Verified: true } theirs when (await identities.OfCustomerAsync(theirs.Id, cancellationToken)).Exists(known => known.Provider == person.Provider) => throw new RefusedException(SomebodyElse),
            { Verified: true } theirs => Join(commit, theirs with { Version = theirs.Version + 1 }),
            var somebodys => await TakeOverAsync(commit, person, somebodys, cancellationToken),
        };
        CustomerIdentities.Link(commit, person, customer.Id);
        await database.CommitAsync(commit, cancellationToken);
        return customer;
    }

    private Customer Open(Commit commit, OpenIdPerson person, string email)
    {
        var customer = new Customer { Id = Ids.New("cus"), Email = email, Verified = true, Facts = new() { Name = person.Name }, CreatedAt = clock.GetUtcNow(), Version = 1 };
        CustomerStore.Insert(commit, customer);
        return customer;
    }

    private static Customer Join(Commit commit, Customer next)
    {
        CustomerStore.Update(commit, next, "customer.identity_added");
        Sessions.EndAll(commit, next.Id);
        return next;
    }

    /// <summary>Anybody can have opened an account with this address that was never verified. What they put into it, to come back by, goes.</summary>
    private async Task<Customer> TakeOverAsync(Commit commit, OpenIdPerson person, Customer somebodys, CancellationToken cancellationToken)
    {
        await carts.CloseAsync(somebodys.Id, cancellationToken);
        Proofs.DropAll(commit, somebodys.Id);
        CustomerMails.Withdraw(commit, somebodys.Id);
        PasskeyStore.DropAll(commit, somebodys.Id);
        CustomerIdentities.DropAll(commit, somebodys.Id);
        return Join(commit, somebodys with { Verified = true, PasswordHash = null, Facts = new() { Name = person.Name }, Version = somebodys.Version + 1 });
    }
}
