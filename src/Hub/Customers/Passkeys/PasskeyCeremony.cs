using System.Runtime.ExceptionServices;
using System.Text.Json;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>WebAuthn, as the framework's handler does it: what to ask an authenticator, and whether its answer is right.</summary>
internal sealed partial class PasskeyCeremony(CustomerStore customers, PasskeyStore passkeys, IOptions<IdentityPasskeyOptions> options, IServiceProvider services, ILogger<PasskeyCeremony> logger)
{
    private const int LongestReason = 200;

    private readonly PasswordHasher<Customer> unused = new();
    private readonly UpperInvariantLookupNormalizer normalizer = new();
    private readonly IdentityErrorDescriber describer = new();
    private readonly IOptions<IdentityOptions> identity = Options.Create(new IdentityOptions());

    public async Task<PasskeyCreationOptionsResult> AskToMakeAsync(Customer customer, HttpContext context)
    {
        using var users = Users(context);
        var name = customer.Facts.Name is { Length: > 0 } known ? known : customer.Email;
        return await Handler(users).MakeCreationOptionsAsync(new() { Id = customer.Id, Name = customer.Email, DisplayName = name }, context);
    }

    /// <summary>Names nobody: the authenticator knows whose passkeys it has.</summary>
    public async Task<PasskeyRequestOptionsResult> AskToShowAsync(HttpContext context)
    {
        using var users = Users(context);
        return await Handler(users).MakeRequestOptionsAsync(null, context);
    }

    /// <summary>The new passkey; null when anything about it is wrong.</summary>
    public async Task<UserPasskeyInfo?> MadeAsync(PasskeyFlow flow, IReadOnlyDictionary<string, JsonElement> credential, HttpContext context)
    {
        using var users = Users(context);
        var result = await Handler(users).PerformAttestationAsync(new() { HttpContext = context, CredentialJson = JsonSerializer.Serialize(credential), AttestationState = flow.State });
        return result.Succeeded ? result.Passkey : Nothing(result.Failure);
    }

    /// <summary>The passkey with its new count, and whose it is; null when anything about it is wrong.</summary>
    public async Task<(UserPasskeyInfo Passkey, Customer Customer)?> ShownAsync(PasskeyFlow flow, IReadOnlyDictionary<string, JsonElement> credential, HttpContext context)
    {
        using var users = Users(context);
        var result = await Handler(users).PerformAssertionAsync(new() { HttpContext = context, CredentialJson = JsonSerializer.Serialize(credential), AssertionState = flow.State });
        if (result.Succeeded) return (result.Passkey, result.User);
        Nothing(result.Failure);
        return null;
    }

    /// <summary>The handler takes everything that goes wrong for the authenticator's fault; a database that is away is not. The reason is for operators: a wrong origin is most often a wrong setting.</summary>
    private UserPasskeyInfo? Nothing(PasskeyException? failure)
    {
        if (failure?.InnerException is DatabaseUnavailableException or OperationCanceledException) ExceptionDispatchInfo.Throw(failure.InnerException);
        Log.NotAccepted(logger, failure?.Message is { Length: > LongestReason } reason ? reason[..LongestReason] : failure?.Message);
        return null;
    }

    private PasskeyHandler<Customer> Handler(UserManager<Customer> users) => new(users, options);

    private UserManager<Customer> Users(HttpContext context) =>
        new(new PasskeyUsers(customers, passkeys, context.RequestAborted), identity, unused, [], [], normalizer, describer, services, NullLogger<UserManager<Customer>>.Instance);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "A passkey was not accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, string? reason);
    }
}
