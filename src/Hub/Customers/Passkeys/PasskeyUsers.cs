using Microsoft.AspNetCore.Identity;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>What the framework's handler reads of customers and passkeys, during one request. It changes nothing: that is done by commits.</summary>
internal sealed class PasskeyUsers(CustomerStore customers, PasskeyStore passkeys, CancellationToken aborted) : IUserPasskeyStore<Customer>
{
    public Task<string> GetUserIdAsync(Customer user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(Customer user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(Customer user, CancellationToken cancellationToken) => Task.FromResult<string?>(Customer.KeyOf(user.Email));

    public Task<Customer?> FindByIdAsync(string userId, CancellationToken cancellationToken) => customers.ByIdAsync(userId, aborted);

    public Task<Customer?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => customers.ByEmailAsync(normalizedUserName, aborted);

    public async Task<Customer?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.ByCredentialAsync(credentialId, aborted) is { } row ? await customers.ByIdAsync(row.CustomerId, aborted) : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Customer user, CancellationToken cancellationToken) => [.. (await passkeys.OfCustomerAsync(user.Id, aborted)).Select(row => row.Info())];

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Customer user, byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.ByCredentialAsync(credentialId, aborted) is { } row && row.CustomerId == user.Id ? row.Info() : null;

    public void Dispose()
    {
        // Nothing is held.
    }

    public Task AddOrUpdatePasskeyAsync(Customer user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw ReadOnly();

    public Task RemovePasskeyAsync(Customer user, byte[] credentialId, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetUserNameAsync(Customer user, string? userName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetNormalizedUserNameAsync(Customer user, string? normalizedName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> CreateAsync(Customer user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> UpdateAsync(Customer user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> DeleteAsync(Customer user, CancellationToken cancellationToken) => throw ReadOnly();

    private static NotSupportedException ReadOnly() => new("Customers and passkeys are changed by a commit.");
}
