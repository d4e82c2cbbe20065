using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Identity;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Outside;

/// <summary>Adds another provider to an account and takes it off again, for who signed in a moment ago. All other sessions end.</summary>
internal sealed class IdentityDesk(Database database, CustomerStore customers, CustomerIdentities identities, SignInFlows flows, RecentSignIn recent)
{
    private const int Most = 20;

    private const string Again = "Sign in again first: this opens the account.";

    private static readonly Refusal Taken = new(409, "identity_taken", "This belongs to another account.");
    private static readonly Refusal Changed = new(409, "customer_changed", "The account was changed at the same moment. Try again.") { Retryable = true };

    public async Task<Answer> LinkAsync(ProviderAnswer input, Caller caller, string address, CancellationToken cancellationToken)
    {
        await recent.AssertAsync(caller, Again, cancellationToken);
        var person = await flows.FinishAsync(ProviderOptions.Customers, input, address, cancellationToken);
        var owner = await identities.CustomerOfAsync(person, cancellationToken);
        if (owner is not null && owner != caller.Customer!.CustomerId) throw new RefusedException(Taken);
        var customer = await customers.OwnAsync(caller, cancellationToken);
        if (owner is null)
        {
            if ((await identities.OfCustomerAsync(customer.Id, cancellationToken)).Count >= Most) throw new RefusedException(new(422, "limit_exceeded", $"An account has at most {Most} identities elsewhere."));
            var commit = new Commit();
            CustomerIdentities.Link(commit, person, customer.Id);
            await ChangeAsync(commit, customer, caller, "customer.identity_added", cancellationToken);
        }

        return new(201, Json.Write(identities.View((await identities.OfCustomerAsync(customer.Id, cancellationToken)).First(row => row.Provider == person.Provider && row.Subject == person.Subject))));
    }

    public async Task UnlinkAsync(string provider, Caller caller, CancellationToken cancellationToken)
    {
        await recent.AssertAsync(caller, Again, cancellationToken);
        var customer = await customers.OwnAsync(caller, cancellationToken);
        if (!(await identities.OfCustomerAsync(customer.Id, cancellationToken)).Exists(row => row.Provider == provider)) throw new RefusedException(Refusal.NotFound("identity"));
        await ChangeAsync(new Commit().Add($"DELETE FROM customer_identities WHERE customer_id = {customer.Id} AND provider = {provider}"), customer, caller, "customer.identity_removed", cancellationToken);
    }

    private async Task ChangeAsync(Commit commit, Customer customer, Caller caller, string happened, CancellationToken cancellationToken)
    {
        Sessions.RequireAlive(commit, caller.Customer!);
        CustomerStore.Update(commit, customer with { Version = customer.Version + 1 }, happened);
        commit.Add($"DELETE FROM customer_sessions WHERE customer_id = {customer.Id} AND id <> {caller.Customer!.SessionId}");
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (DuplicateException taken) when (taken.Table == CustomerIdentities.Table)
        {
            throw new RefusedException(Taken);
        }
        catch (GuardFailedException ended) when (ended.Code == Sessions.Ended)
        {
            throw new RefusedException(new(401, "unauthenticated", "This session or token has ended."));
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            throw new RefusedException(Changed);
        }
    }
}
