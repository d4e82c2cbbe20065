using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Proving;
using Composable.Hub.Carts;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers;

/// <summary>Begins sessions. A wrong password and an unknown address are the same answer and take as long.</summary>
internal sealed class SigningIn(Database database, CustomerStore customers, Passwords passwords, Attempts attempts, Sessions sessions, CartMerge carts, CartStore cartStore, Pricing pricing, MarketList markets, IOptions<CustomerOptions> options, TimeProvider clock)
{
    private const int Tries = 6;
    private static readonly Refusal Wrong = new(401, "invalid_credentials", "The e-mail address or the password is not right.");
    private static readonly Refusal Changed = new(409, "customer_changed", "The account was changed at the same moment. Try again.") { Retryable = true };

    public async Task<Answer> HandleAsync(SignIn input, Visit visit, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(input.Email, visit.Address, cancellationToken);
        var known = await customers.ByEmailAsync(input.Email, cancellationToken);
        var (isRight, better) = await passwords.CheckAsync(known?.PasswordHash, input.Password, cancellationToken);
        if (known is null || !isRight) throw new RefusedException(Wrong);
        return await EnterAsync(known, visit, (commit, customer) =>
        {
            // What was compared is not the password any more.
            if (customer.PasswordHash != known.PasswordHash) throw new RefusedException(Changed);
            Attempts.Forget(commit, input.Email);
            // Only the way it is kept changes, not the password: no version, no event.
            if (better is not null) commit.Add($"UPDATE customers SET password_hash = {better} WHERE id = {customer.Id} AND password_hash = {customer.PasswordHash}");
        }, cancellationToken);
    }

    /// <summary>Begins the session of somebody who has shown who they are.</summary>
    /// <param name="shown">Adds to the commit what becomes of that by which they did, as the customer is then.</param>
    public async Task<Answer> EnterAsync(Customer known, Visit visit, Action<Commit, Customer> shown, CancellationToken cancellationToken)
    {
        if (!known.Verified && options.Value.SignInNeedsVerifiedEmail) throw new RefusedException(new(403, "email_not_verified", "Confirm the e-mail address first; a letter with a link was sent to it."));
        for (var tries = 1; ; tries++)
        {
            var commit = new Commit();
            shown(commit, known);
            var begun = Begin(commit, known, visit);
            var carriedOn = await carts.CarryOnAsync(commit, new(begun.Id, known.Id, known.Email), visit.CartId, visit.Caller, visit.Strategy, visit.Market, cancellationToken);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException { Code: CustomerStore.Stale or CartStore.Stale } or DuplicateException { Table: "events" })
            {
                known = await customers.ByIdAsync(known.Id, cancellationToken) ?? throw new RefusedException(Wrong);
                continue;
            }

            if (carriedOn.Cart is not null) cartStore.Believe(carriedOn.Cart);
            return await AnswerAsync(begun, known, carriedOn, cancellationToken);
        }
    }

    /// <summary>A session for somebody who has just shown again who they are, in place of all they had.</summary>
    public Task<Answer> AnewAsync(Sessions.Begun begun, Customer customer, CancellationToken cancellationToken) => AnswerAsync(begun, customer, new(null, [], []), cancellationToken);

    /// <summary>The session that the device had before, whoever's it was, ends.</summary>
    private Sessions.Begun Begin(Commit commit, Customer customer, Visit visit)
    {
        if (visit.Caller.Customer is { } before) Sessions.End(commit, before.CustomerId, before.SessionId);
        // What was shown for an older version may not be right any more.
        CustomerStore.Hold(commit, customer.Id, customer.Version);
        return sessions.Begin(commit, customer.Id, visit.Device);
    }

    private async Task<Answer> AnswerAsync(Sessions.Begun begun, Customer customer, CarriedOn carriedOn, CancellationToken cancellationToken)
    {
        var cart = carriedOn.Cart is { } chosen ? CartViews.View(chosen, await pricing.PriceAsync(chosen, markets[chosen.Market], cancellationToken), markets[chosen.Market]) : null;
        return new Answer(201, Json.Write(new SessionView
        {
            Token = begun.Token,
            Id = begun.Id,
            ExpiresAt = clock.GetUtcNow() + begun.Life,
            Customer = customer.View(),
            Cart = cart,
            Dropped = carriedOn.Dropped,
            Messages = carriedOn.Messages,
        }));
    }
}
