using Composable.Contracts;
using Composable.Hub.Access.Proving;
using Composable.Hub.Carts;
using Composable.Hub.Customers.Passkeys;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers;

/// <summary>Opens accounts. Whether an address was known already is told to its mailbox only: the answer is one, and takes as long.</summary>
internal sealed class Registering(Database database, CustomerStore customers, Passwords passwords, PasswordRules rules, Attempts attempts, MailWorker mails, IOptions<CustomerOptions> options, TimeProvider clock)
{
    private const int Tries = 4, LongestName = 200;

    public async Task<Answer> HandleAsync(RegisterCustomer input, string address, CancellationToken cancellationToken)
    {
        var email = input.Email.Trim();
        if (!CartEdit.IsEmail(email)) throw new RefusedException(Refusal.Invalid("/email", "invalid_email", "This is no e-mail address."));
        if (CheckName(input.Name, "/name") is { } wrong) throw new RefusedException(wrong);
        if (rules.Check(input.Password, email, "/password") is { } weak) throw new RefusedException(weak);
        await attempts.TakeAsync(null, address, cancellationToken);
        await attempts.TakeMailAsync(email, cancellationToken);
        var hash = await passwords.HashAsync(input.Password, cancellationToken);
        for (var tries = 1; ; tries++)
        {
            var commit = new Commit();
            Decide(commit, await customers.ByEmailAsync(email, cancellationToken), email, hash, input);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                mails.LookNow();
                return new(201, Json.Write(new RegistrationView(email, "verify_email")));
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException { Code: CustomerStore.Stale } or DuplicateException { Table: CustomerStore.Table or "events" })
            {
                // Somebody registered the same address at the same moment.
            }
        }
    }

    public static Refusal? CheckName(string? name, string pointer) => name is { Length: > LongestName } ? Refusal.Invalid(pointer, "too_long", $"At most {LongestName} characters.")
        : name?.Any(char.IsControl) == true ? Refusal.Invalid(pointer, "invalid_characters", "Control characters are not accepted.") : null;

    /// <summary>
    /// An account that nobody could sign in to yet is still anybody's who can read the mailbox, so the last password counts. Every other account stays as it is.
    /// </summary>
    private void Decide(Commit commit, Customer? known, string email, string hash, RegisterCustomer input)
    {
        var facts = new CustomerFacts { Name = input.Name, Consent = input.Consent ?? new() };
        if (known is null)
        {
            var fresh = new Customer { Id = Ids.New("cus"), Email = email, PasswordHash = hash, Facts = facts, CreatedAt = clock.GetUtcNow(), Version = 1 };
            CustomerStore.Insert(commit, fresh);
            CustomerMails.Add(commit, CustomerMails.Verify, email, fresh.Id);
        }
        else if (!known.Verified && options.Value.SignInNeedsVerifiedEmail)
        {
            Proofs.Drop(commit, known.Id, Proof.Verify);
            PasskeyStore.DropAll(commit, known.Id);
            CustomerStore.Update(commit, known with { Email = email, PasswordHash = hash, Facts = facts, Version = known.Version + 1 }, "customer.registered");
            CustomerMails.Add(commit, CustomerMails.Verify, email, known.Id);
        }
        else
        {
            CustomerMails.Add(commit, CustomerMails.Exists, known.Email, known.Id);
        }
    }
}
