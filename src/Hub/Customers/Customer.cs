using System.Text.Json;
using System.Text.Json.Serialization;
using Composable.Contracts;

namespace Composable.Hub.Customers;

/// <summary>Who buys, and may come back.</summary>
internal sealed record Customer
{
    public required string Id { get; init; }
    public required string Email { get; init; }

    /// <summary>Whether its owner has shown that the mailbox is theirs.</summary>
    public bool Verified { get; init; }

    /// <summary>None for who signs in with another provider, until a password is set by letter.</summary>
    public string? PasswordHash { get; init; }
    public required CustomerFacts Facts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required long Version { get; init; }

    public static string KeyOf(string email) => email.Trim().ToLowerInvariant();

    public CustomerView View() => new()
    {
        Id = Id,
        Email = Email,
        EmailVerified = Verified,
        Name = Facts.Name,
        Phone = Facts.Phone,
        Consent = Facts.Consent,
        Addresses = Facts.Addresses,
        CreatedAt = CreatedAt,
        Version = Version,
    };
}

/// <summary>What customers say about themselves.</summary>
internal sealed record CustomerFacts
{
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public Consent Consent { get; init; } = new();
    public IReadOnlyList<CustomerAddress> Addresses { get; init; } = [];
    public int NextAddress { get; init; } = 1;

    public static CustomerFacts Parse(string doc) => JsonSerializer.Deserialize(doc, CustomerJson.Default.CustomerFacts)!;

    public string Format() => JsonSerializer.Serialize(this, CustomerJson.Default.CustomerFacts);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CustomerFacts))]
internal sealed partial class CustomerJson : JsonSerializerContext;
