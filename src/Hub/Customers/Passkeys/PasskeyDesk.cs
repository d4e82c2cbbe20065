using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>Passkeys that customers add and remove. Whatever changes ends every other session there was, and the mailbox hears of it.</summary>
internal sealed class PasskeyDesk(Database database, CustomerStore customers, PasskeyStore passkeys, PasskeyFlows flows, PasskeyCeremony ceremony, RecentSignIn recent, Credentials credentials, MailWorker mails, IOptions<PasskeyOptions> options, TimeProvider clock)
{
    private const int Tries = 6;
    private const string Unnamed = "Passkey";
    private static readonly Refusal Refused = new(422, "passkey_refused", "This passkey was not accepted, or too late. Ask for new options and try again.");

    public async Task<PasskeyFlowView> BeginAsync(BeginPasskey input, HttpContext context, CancellationToken cancellationToken)
    {
        var caller = Caller.Of(context);
        var customer = await customers.OwnAsync(caller, cancellationToken);
        if (input.Password is { } password) await credentials.AssertPasswordAsync(customer, password, ClientAddress.Of(context), cancellationToken);
        else await recent.AssertAsync(caller, "Give the password, or sign in again first.", cancellationToken);
        await AssertRoomAsync(customer, cancellationToken);
        var asked = await ceremony.AskToMakeAsync(customer, context);
        var commit = new Commit();
        // Nothing is left of who has been erased meanwhile.
        commit.Require($"SELECT 1 FROM customers WHERE id = {customer.Id}{new Sql.Lock("customers")}", 1, CustomerStore.Stale);
        var flow = flows.Make(commit, PasskeyFlows.Add, customer.Id, asked.AttestationState ?? "");
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (GuardFailedException)
        {
            throw new RefusedException(Refusal.NotFound("customer"));
        }

        return new(flow, Read(asked.CreationOptionsJson));
    }

    public async Task<PasskeyView> AddAsync(AddPasskey input, HttpContext context, CancellationToken cancellationToken)
    {
        if (Registering.CheckName(input.Name, "/name") is { } wrong) throw new RefusedException(wrong);
        var caller = Caller.Of(context);
        var flow = await flows.FindAsync(input.Flow, PasskeyFlows.Add, caller.Customer!.CustomerId, cancellationToken) ?? throw new RefusedException(Refused);
        var made = await ceremony.MadeAsync(flow, input.Credential, context);
        if (made is null || !PasskeyStore.IsKept(made))
        {
            await flows.FailAsync(flow, cancellationToken);
            throw new RefusedException(Refused);
        }

        PasskeyView? view = null;
        await ChangeAsync(caller, "customer.passkey_added", CustomerMails.PasskeyAdded, async (commit, customer) =>
        {
            await AssertRoomAsync(customer, cancellationToken);
            PasskeyFlows.Use(commit, flow);
            view = PasskeyStore.Insert(commit, customer.Id, input.Name?.Trim() is { Length: > 0 } name ? name : Unnamed, made, clock.GetUtcNow());
        }, cancellationToken);
        return view!;
    }

    public async Task<IReadOnlyList<PasskeyView>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        [.. (await passkeys.OfCustomerAsync(caller.Customer!.CustomerId, cancellationToken)).Select(row => row.View())];

    public async Task RemoveAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!(await passkeys.OfCustomerAsync(caller.Customer!.CustomerId, cancellationToken)).Exists(row => row.Id == id)) throw new RefusedException(Refusal.NotFound("passkey"));
        await recent.AssertAsync(caller, "Sign in again first.", cancellationToken);
        await ChangeAsync(caller, "customer.passkey_removed", CustomerMails.PasskeyRemoved, (commit, customer) =>
        {
            PasskeyStore.Remove(commit, customer.Id, id);
            return Task.CompletedTask;
        }, cancellationToken);
    }

    /// <summary>Applies a change to the newest version of the customer, again and again until no other comes between.</summary>
    private async Task ChangeAsync(Caller caller, string happened, string letter, Func<Commit, Customer, Task> change, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var customer = await customers.OwnAsync(caller, cancellationToken);
            var commit = new Commit();
            Sessions.RequireAlive(commit, caller.Customer!);
            await change(commit, customer);
            CustomerStore.Update(commit, customer with { Version = customer.Version + 1 }, happened);
            Sessions.EndOthers(commit, caller.Customer!);
            CustomerMails.Add(commit, letter, customer.Email, customer.Id);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                mails.LookNow();
                return;
            }
            catch (Exception spent) when (spent is GuardFailedException { Code: PasskeyFlows.Spent } or DuplicateException { Table: PasskeyStore.Table })
            {
                // Used by somebody faster, or known already.
                throw new RefusedException(Refused);
            }
            catch (GuardFailedException ended) when (ended.Code == Sessions.Ended)
            {
                throw new RefusedException(new(401, "unauthenticated", "This session or token has ended."));
            }
            catch (GuardFailedException gone) when (gone.Code == PasskeyStore.Moved)
            {
                throw new RefusedException(Refusal.NotFound("passkey"));
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException { Code: CustomerStore.Stale } or DuplicateException { Table: "events" })
            {
                // Another device was first.
            }
        }
    }

    /// <summary>Holds until the commit, which fails when the customer has changed since.</summary>
    private async Task AssertRoomAsync(Customer customer, CancellationToken cancellationToken)
    {
        var most = options.Value.Most;
        if ((await passkeys.OfCustomerAsync(customer.Id, cancellationToken)).Count >= most) throw new RefusedException(new(422, "limit_exceeded", $"A customer has at most {most} passkeys."));
    }

    public static IReadOnlyDictionary<string, JsonElement> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
