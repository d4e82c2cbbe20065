using Composable.Hub.Http;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access.Proving;

/// <summary>How often passwords and proofs may be tried and letters asked for, by account and by where it comes from, whether there is such an account or not.</summary>
internal sealed class Attempts(Throttle throttle, IOptions<SignInOptions> options)
{
    private const string Account = "sign-in account", Address = "sign-in address", Mail = "letters", Question = "passkey questions";

    /// <exception cref="RefusedException">Too often; the answer says how long to wait.</exception>
    public async Task TakeAsync(string? account, string address, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        Throw(await throttle.TakeAsync(Address, address, settings.AttemptsPerAddress, settings.AttemptsWindow, cancellationToken));
        if (account is not null) Throw(await throttle.TakeAsync(Account, KeyOf(account), settings.AttemptsPerAccount, settings.AttemptsWindow, cancellationToken));
    }

    /// <summary>Pages may ask before anybody wants to sign in, so that this counts apart from what is tried.</summary>
    public async Task TakeQuestionAsync(string address, CancellationToken cancellationToken) =>
        Throw(await throttle.TakeAsync(Question, address, options.Value.AttemptsPerAddress, options.Value.AttemptsWindow, cancellationToken));

    /// <summary>A letter to somebody who did not ask for it is a nuisance, and many are an attack.</summary>
    public async Task TakeMailAsync(string email, CancellationToken cancellationToken) =>
        Throw(await throttle.TakeAsync(Mail, KeyOf(email), options.Value.LettersPerHour, TimeSpan.FromHours(1), cancellationToken));

    /// <summary>The right password: what was tried before counts for nothing.</summary>
    public static void Forget(Commit commit, string account) => Throttle.Forget(commit, Account, KeyOf(account));

    private static string KeyOf(string email) => email.Trim().ToLowerInvariant();

    private static void Throw(Refusal? refusal)
    {
        if (refusal is not null) throw new RefusedException(refusal);
    }
}
