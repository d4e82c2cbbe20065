using System.Text.Json;
using Composable.Hub.Http;

namespace Composable.Hub.Durability;

/// <summary>A process as it is stored. One row; its version moves with every commit, so a hub that lost its lease cannot write.</summary>
internal sealed class ProcessRecord
{
    public const string Running = "running", Waiting = "waiting", Undoing = "undoing", Stuck = "stuck", Completed = "completed", Undone = "undone";

    public static readonly IReadOnlyList<string> Statuses = [Running, Waiting, Undoing, Stuck, Completed, Undone];

    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required string Subject { get; init; }
    public string Status { get; set; } = Running;

    /// <summary>Index of the step that is next, or when undoing of the one whose undo is next.</summary>
    public long Step { get; set; }

    /// <summary>1 when the current call was journalled as started, so that it may have been made.</summary>
    public long Called { get; set; }
    public long Attempts { get; set; }
    public string State { get; set; } = "";
    public string? Refusal { get; set; }
    public string? Error { get; set; }

    /// <summary>The idempotency key whose answer this process gives.</summary>
    public string? Key { get; init; }
    public long Version { get; set; }
    public string? Owner { get; set; }
    public long LeaseUntil { get; set; }
    public long DueAt { get; set; }
    public long CreatedAt { get; set; }

    /// <summary>Only on the first save: the fingerprint that goes with <see cref="Key"/>.</summary>
    public IdempotencyKey? NewKey { get; set; }

    public bool IsLive => Status is Running or Waiting or Undoing or Stuck;

    public static ProcessRecord New(string kind, string subject, IdempotencyKey? key) =>
        new() { Id = Ids.New("prc"), Kind = kind, Subject = subject, Key = key?.Hash, NewKey = key };

    public Refusal ReadRefusal() => JsonSerializer.Deserialize<Refusal>(Refusal!)!;

    public void WriteRefusal(Refusal refusal) => Refusal = JsonSerializer.Serialize(refusal);
}

internal sealed record JournalEntry(string Step, string Phase, string? Note);
