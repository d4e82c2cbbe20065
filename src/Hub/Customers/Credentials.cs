using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Proving;
using Composable.Hub.Carts;
using Composable.Hub.Customers.Outside;
using Composable.Hub.Customers.Passkeys;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>Passwords and addresses of sign-in, and the proofs that change them. Whatever changes here ends every session there was.</summary>
internal sealed class Credentials(Database database, CustomerStore customers, Proofs proofs, Passwords passwords, PasswordRules rules, Attempts attempts, Sessions sessions, SigningIn signingIn, CartRecords carts, MailWorker mails)
{
    private static readonly Refusal NoProof = new(422, "invalid_proof", "This link was used already, has expired or was replaced by a newer one.");
    private static readonly Refusal WrongPassword = new(403, "wrong_password", "The current password is not right.");

    public async Task<Answer> ChangePasswordAsync(ChangePassword input, Caller caller, string address, CancellationToken cancellationToken)
    {
        var customer = await customers.OwnAsync(caller, cancellationToken);
        await AssertPasswordAsync(customer, input.CurrentPassword, address, cancellationToken);
        AssertGood(input.NewPassword, customer.Email);
        var next = customer with { PasswordHash = await passwords.HashAsync(input.NewPassword, cancellationToken), Version = customer.Version + 1 };
        var commit = new Commit();
        CustomerStore.Update(commit, next, "customer.password_changed");
        Attempts.Forget(commit, customer.Email);
        Sessions.EndAll(commit, customer.Id);
        Proofs.DropAll(commit, customer.Id);
        CustomerMails.Withdraw(commit, customer.Id);
        var begun = sessions.Begin(commit, customer.Id, null);
        await CommitAsync(commit, cancellationToken);
        return await signingIn.AnewAsync(begun, next, cancellationToken);
    }

    /// <summary>Only noted; who is written to is found out afterwards, so that the answer cannot tell.</summary>
    public async Task RequestResetAsync(RequestPasswordReset input, string address, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(null, address, cancellationToken);
        if (!CartEdit.IsEmail(input.Email)) throw new RefusedException(Refusal.Invalid("/email", "invalid_email", "This is no e-mail address."));
        await NoteAsync(CustomerMails.Reset, input.Email.Trim(), null, cancellationToken);
    }

    /// <summary>Who can read the mailbox sets the password, and has verified the address by it.</summary>
    public async Task ResetAsync(ResetPassword input, string address, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(null, address, cancellationToken);
        var (proof, customer) = await ProvenAsync(input.Token, [Proof.Reset], cancellationToken);
        AssertGood(input.NewPassword, customer.Email);
        var next = customer with { PasswordHash = await passwords.HashAsync(input.NewPassword, cancellationToken), Verified = customer.Verified || customer.Email == proof.Email, Version = customer.Version + 1 };
        var commit = new Commit();
        Proofs.Use(commit, proof);
        Proofs.DropAll(commit, customer.Id);
        CustomerMails.Withdraw(commit, customer.Id);
        Attempts.Forget(commit, customer.Email);
        Sessions.EndAll(commit, customer.Id);
        // Passkeys, addresses and the cart are the customer's own and stay; but those of an account that anybody could have opened with this address may be somebody else's.
        if (!customer.Verified)
        {
            next = next with { Facts = new() };
            await carts.CloseAsync(customer.Id, cancellationToken);
            PasskeyStore.DropAll(commit, customer.Id);
            CustomerIdentities.DropAll(commit, customer.Id);
        }

        CustomerStore.Update(commit, next, "customer.password_changed");
        await CommitAsync(commit, cancellationToken);
    }

    public async Task RequestVerificationAsync(Caller caller, CancellationToken cancellationToken)
    {
        var customer = await customers.OwnAsync(caller, cancellationToken);
        if (!customer.Verified) await NoteAsync(CustomerMails.Verify, customer.Email, customer.Id, cancellationToken);
    }

    /// <summary>Asks the new mailbox for proof and tells the old one. Whether the address is somebody else's, only that mailbox hears.</summary>
    public async Task RequestEmailAsync(ChangeEmail input, Caller caller, string address, CancellationToken cancellationToken)
    {
        var email = input.Email.Trim();
        if (!CartEdit.IsEmail(email)) throw new RefusedException(Refusal.Invalid("/email", "invalid_email", "This is no e-mail address."));
        var customer = await customers.OwnAsync(caller, cancellationToken);
        await AssertPasswordAsync(customer, input.Password, address, cancellationToken);
        await attempts.TakeMailAsync(email, cancellationToken);
        var other = await customers.ByEmailAsync(email, cancellationToken);
        // The password was right for this version; for the next it may not be.
        var commit = CustomerStore.Hold(new(), customer.Id, customer.Version);
        CustomerMails.Add(commit, CustomerMails.Changing, customer.Email, customer.Id);
        if (other is null || other.Id == customer.Id) CustomerMails.Add(commit, CustomerMails.Change, email, customer.Id);
        else CustomerMails.Add(commit, CustomerMails.Taken, other.Email, other.Id);
        await CommitAsync(commit, cancellationToken);
        mails.LookNow();
    }

    /// <summary>Verifies the address, or changes it, as the proof says.</summary>
    public async Task ConfirmEmailAsync(ConfirmEmail input, Caller caller, string address, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(null, address, cancellationToken);
        var (proof, customer) = await ProvenAsync(input.Token, [Proof.Verify, Proof.Change], cancellationToken);
        if (proof.Purpose == Proof.Verify && Customer.KeyOf(proof.Email) != Customer.KeyOf(customer.Email)) throw new RefusedException(NoProof);
        // Anybody can open an account with this address. That its owner followed a link must not make that account theirs.
        if (proof.Purpose == Proof.Verify && caller.Customer?.CustomerId != customer.Id) await AssertPasswordAsync(customer, input.Password ?? "", address, cancellationToken);
        var commit = new Commit();
        Proofs.Use(commit, proof);
        CustomerStore.Update(commit, customer with { Email = proof.Email, Verified = true, Version = customer.Version + 1 }, proof.Purpose == Proof.Verify ? "customer.verified" : "customer.email_changed");
        if (proof.Purpose == Proof.Change)
        {
            Proofs.DropAll(commit, customer.Id);
            CustomerMails.Withdraw(commit, customer.Id);
            Sessions.EndAll(commit, customer.Id);
        }

        await CommitAsync(commit, cancellationToken);
    }

    private async Task<(Proof Proof, Customer Customer)> ProvenAsync(string token, string[] purposes, CancellationToken cancellationToken)
    {
        var proof = await proofs.FindAsync(token, cancellationToken);
        if (proof is null || !purposes.Contains(proof.Purpose)) throw new RefusedException(NoProof);
        return (proof, await customers.ByIdAsync(proof.CustomerId, cancellationToken) ?? throw new RefusedException(NoProof));
    }

    /// <exception cref="RefusedException">It is not the password, or was tried too often.</exception>
    public async Task AssertPasswordAsync(Customer customer, string password, string address, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(customer.Email, address, cancellationToken);
        if (!(await passwords.CheckAsync(customer.PasswordHash, password, cancellationToken)).IsRight) throw new RefusedException(WrongPassword);
    }

    private void AssertGood(string password, string email)
    {
        if (rules.Check(password, email, "/newPassword") is { } weak) throw new RefusedException(weak);
    }

    private async Task NoteAsync(string kind, string email, string? customerId, CancellationToken cancellationToken)
    {
        await attempts.TakeMailAsync(email, cancellationToken);
        var commit = new Commit();
        CustomerMails.Add(commit, kind, email, customerId);
        await database.CommitAsync(commit, cancellationToken);
        mails.LookNow();
    }

    private async Task CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (Exception spent) when (spent is GuardFailedException { Code: Proofs.Spent } or DuplicateException { Table: CustomerStore.Table })
        {
            // Used by somebody faster, or the address has become another customer's meanwhile.
            throw new RefusedException(NoProof);
        }
        catch (Exception moved) when (moved is GuardFailedException { Code: CustomerStore.Stale } or DuplicateException { Table: "events" })
        {
            throw new RefusedException(new(409, "customer_changed", "The account was changed at the same moment. Try again.") { Retryable = true });
        }
    }
}
