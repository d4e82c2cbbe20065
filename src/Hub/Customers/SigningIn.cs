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

    public async Task<Answer> HandleAsync(SignIn input, Caller caller, Market market, string address, string? userAgent, CancellationToken cancellationToken)
    {
        var strategy = input.Strategy ?? CartMerge.Merge;
        if (!CartMerge.IsStrategy(strategy)) throw new RefusedException(Refusal.Invalid("/strategy", "unknown_strategy", "merge, keep_guest or keep_customer."));
        await attempts.TakeAsync(input.Email, address, cancellationToken);
        var known = await customers.ByEmailAsync(input.Email, cancellationToken);
        var (isRight, better) = await passwords.CheckAsync(known?.PasswordHash, input.Password, cancellationToken);
        if (known is null || !isRight) throw new RefusedException(Wrong);
        if (!known.Verified && options.Value.SignInNeedsVerifiedEmail) throw new RefusedException(new(403, "email_not_verified", "Confirm the e-mail address first; a letter with a link was sent to it."));
        for (var tries = 1; ; tries++)
        {
            var commit = new Commit();
            Attempts.Forget(commit, input.Email);
            var begun = Begin(commit, known, better, caller, input.Device ?? userAgent);
            var carriedOn = await carts.CarryOnAsync(commit, new(begun.Id, known.Id, known.Email), input.CartId, caller, strategy, market, cancellationToken);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException or DuplicateException { Table: "events" })
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
    private Sessions.Begun Begin(Commit commit, Customer customer, string? betterHash, Caller caller, string? device)
    {
        if (caller.Customer is { } before) Sessions.End(commit, before.CustomerId, before.SessionId);
        // Only the way it is kept changes, not the password: no version, no event.
        if (betterHash is not null) commit.Add($"UPDATE customers SET password_hash = {betterHash} WHERE id = {customer.Id} AND password_hash = {customer.PasswordHash}");
        // A password that was changed since it was compared is no longer right.
        commit.Require($"SELECT 1 FROM customers WHERE id = {customer.Id} AND version = {customer.Version}{new Sql.Lock("customers")}", 1, CustomerStore.Stale);
        return sessions.Begin(commit, customer.Id, device);
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
