using System.Text.Json.Serialization;

namespace Composable.Contracts;

/// <param name="Password">15 characters or more; any characters, no rules of composition.</param>
public sealed record RegisterCustomer(string Email, string Password, string? Name = null, Consent? Consent = null);

/// <summary>The same whether or not the address was known: what happens next is in the mailbox.</summary>
/// <param name="Next"><c>verify_email</c>.</param>
public sealed record RegistrationView(string Email, string Next);

/// <summary>What the customer has agreed to. Nothing is assumed.</summary>
public sealed record Consent(bool Marketing = false, bool Personalization = false);

/// <param name="CartId">A guest cart to take along; its token comes in <c>Hub-Cart-Token</c>.</param>
/// <param name="Strategy"><c>merge</c> (default), <c>keep_guest</c> or <c>keep_customer</c>.</param>
/// <param name="Device">What the list of devices calls this one; the User-Agent when it is left out.</param>
public sealed record SignIn(string Email, string Password, string? CartId = null, string? Strategy = null, string? Device = null);

public sealed record SessionView
{
    /// <summary>Opaque, for <c>Authorization: Bearer</c>. Shown once.</summary>
    public required string Token { get; init; }
    public required string Id { get; init; }

    /// <summary>When it ends at the latest; sooner when it is not used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    public required CustomerView Customer { get; init; }

    /// <summary>The customer's cart in this market, when there is one.</summary>
    public CartView? Cart { get; init; }

    /// <summary>What the customer had chosen and the cart no longer has.</summary>
    public IReadOnlyList<DroppedLine> Dropped { get; init; } = [];
    public IReadOnlyList<Message> Messages { get; init; } = [];
}

/// <param name="Reason"><c>not_kept</c> by the strategy, <c>limit_exceeded</c> or <c>not_sold</c>.</param>
public sealed record DroppedLine(string Sku, int Quantity, string Reason);

public sealed record CustomerView
{
    public required string Id { get; init; }
    public required string Email { get; init; }
    public required bool EmailVerified { get; init; }
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public required Consent Consent { get; init; }
    public required IReadOnlyList<CustomerAddress> Addresses { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required long Version { get; init; }
}

/// <summary>Members that are left out stay as they are.</summary>
public sealed record PatchCustomer(string? Name = null, string? Phone = null, Consent? Consent = null);

/// <param name="DefaultShipping">At most one address of a customer is.</param>
public sealed record CustomerAddress(string Id, Address Address, bool DefaultShipping, bool DefaultBilling);

public sealed record AddressInput(Address Address, bool DefaultShipping = false, bool DefaultBilling = false);

/// <summary>A device that is signed in.</summary>
/// <param name="Current">Whether it is the one that asks.</param>
public sealed record DeviceView(string Id, string Device, DateTimeOffset SignedInAt, DateTimeOffset SeenAt, bool Current);

public sealed record ChangePassword(string CurrentPassword, string NewPassword);

public sealed record ChangeEmail(string Email, string Password);

public sealed record RequestPasswordReset(string Email);

/// <param name="Token">From the mail.</param>
public sealed record ResetPassword(string Token, string NewPassword);

/// <param name="Token">From the mail: verifies an address, or changes it.</param>
/// <param name="Password">Of the account, to verify its address without being signed in to it.</param>
public sealed record ConfirmEmail(string Token, string? Password = null);

/// <param name="Order">Id or number of an order that was placed as a guest.</param>
public sealed record ClaimOrder(string Order);

/// <summary>That something was taken note of; the answer tells nothing else.</summary>
public sealed record Noted([property: JsonPropertyName("status")] string Status);

/// <summary>The proof that a customer was forgotten.</summary>
/// <param name="Parts">Everything that was gone through.</param>
public sealed record ErasureView(string Id, DateTimeOffset ErasedAt, IReadOnlyList<ErasedPart> Parts)
{
    /// <summary>The connections whose vendors were told something, and are asked to forget it too.</summary>
    public IReadOnlyList<ErasedVendor> Vendors { get; init; } = [];
}

/// <param name="Status"><c>pending</c>, <c>done</c>, <c>nothing_kept</c>, or <c>by_hand</c>: the shop's staff ask for it.</param>
public sealed record ErasedVendor(string Connection, string Status);

/// <param name="Records">How many records were removed, or go on without saying who it was.</param>
public sealed record ErasedPart(string Place, long Records);
