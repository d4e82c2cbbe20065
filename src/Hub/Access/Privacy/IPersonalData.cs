using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Access.Privacy;

/// <summary>Somebody whose data is asked for, or is to go.</summary>
/// <param name="Pseudonym">Stands for them afterwards; nothing leads back from it.</param>
/// <param name="Things">Ids of their carts, checkouts, orders and payments, and the e-mail addresses in them, by which other tables speak of them.</param>
internal sealed record Person(string CustomerId, string Email, string Pseudonym, IReadOnlyList<string> Things)
{
    /// <summary>Their address where they have shown that the mailbox is theirs: what guests did with it is theirs too. Null where they have not.</summary>
    public string? VerifiedEmail { get; init; }

    /// <summary>Whether a text speaks of them: databases compare patterns, in which some characters stand for others.</summary>
    public bool IsIn(string text) => Things.Append(Email).Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>That the vendor of a connection was told of somebody, with a payment or with a recorded sale.</summary>
internal sealed record VendorTrace(string Connection, SubjectPayment? Payment = null, string? Sale = null);

/// <summary>A place where a slice keeps what is personal. Every table that does has one.</summary>
internal interface IPersonalData
{
    /// <summary>What the place is called in exports and in the proof of an erasure.</summary>
    string Name { get; }

    /// <summary>Ids of what is theirs here.</summary>
    Task<IReadOnlyList<string>> ThingsAsync(string customerId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>What is known of them here, for them to read; null when it is only a copy of what another place exports.</summary>
    Task<JsonNode?> ExportAsync(Person person, CancellationToken cancellationToken) => Task.FromResult<JsonNode?>(null);

    /// <summary>Which vendors were told of them from here. Needs ids only, and answers the same when everything here is forgotten.</summary>
    Task<IReadOnlyList<VendorTrace>> TracesAsync(Person person, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<VendorTrace>>([]);

    /// <summary>Refuses while something is under way that must not be disturbed: before anything is forgotten anywhere.</summary>
    Task AssertIdleAsync(Person person, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Removes what is personal and keeps what the books need. May be repeated; returns how many records it went through.</summary>
    Task<long> ForgetAsync(Person person, CancellationToken cancellationToken);
}
