using Composable.Hub.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access.Proving;

/// <summary>Hashes and compares passwords. That is meant to be slow, so only as many at a time as there are processors, and nobody waits long.</summary>
internal sealed class Passwords : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim hashing = new(Environment.ProcessorCount, Environment.ProcessorCount);
    private readonly PasswordHasher<Passwords> hasher;
    private readonly Lazy<string> nobody;

    public Passwords(IOptions<SignInOptions> options)
    {
        hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordRounds }));
        nobody = new(() => hasher.HashPassword(this, Guid.NewGuid().ToString()));
    }

    public Task<string> HashAsync(string password, CancellationToken cancellationToken) => RunAsync(() => hasher.HashPassword(this, password), cancellationToken);

    /// <summary>Whether it is the password, and its hash anew when the old one was made with fewer rounds. Without a hash it takes as long and is not.</summary>
    public async Task<(bool IsRight, string? Better)> CheckAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        var result = await RunAsync(() => hasher.VerifyHashedPassword(this, hash ?? nobody.Value, password), cancellationToken);
        if (hash is null || result == PasswordVerificationResult.Failed) return (false, null);
        return (true, result == PasswordVerificationResult.SuccessRehashNeeded ? await HashAsync(password, cancellationToken) : null);
    }

    public void Dispose() => hashing.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (!await hashing.WaitAsync(Patience, cancellationToken)) throw new RefusedException(new(503, "service_unavailable", "Too many people are signing in at the moment.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(2) });
        try
        {
            return await Task.Run(work, CancellationToken.None);
        }
        finally
        {
            hashing.Release();
        }
    }
}
