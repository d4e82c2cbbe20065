using Composable.Sandbox.Journals;

namespace Composable.Sandbox.Adyen;

/// <summary>Everything the simulated Adyen knows, backed by its journal. Callers hold <see cref="Gate"/> from reading to committing.</summary>
internal sealed class AdyenBooks : IDisposable
{
    private const int KeysKept = 50_000;
    private const int NoticesKept = 5_000;
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(7);

    private readonly Dictionary<string, UsedKey> _keys = [];
    private readonly Queue<UsedKey> _keysByAge = new();
    private readonly Dictionary<string, Notice> _notices = [];
    private readonly Queue<string> _noticesByAge = new();
    private readonly HashSet<string> _undelivered = [];
    private readonly Dictionary<string, string> _paymentsByReference = [];
    private readonly Dictionary<string, string> _paymentsByResult = [];
    private readonly Journal<AdyenEntry> _journal;
    private readonly TimeProvider _clock;

    public AdyenBooks(string dataDirectory, TimeProvider clock)
    {
        _clock = clock;
        _journal = Journal<AdyenEntry>.Open(Path.Combine(dataDirectory, "adyen.jsonl"), AdyenJournalJson.Default.AdyenEntry, Apply, Needed);
    }

    public Lock Gate { get; } = new();

    public Table<Payment> Payments { get; } = new(payment => payment.Id, payment => payment.Sequence);

    public Table<Modification> Modifications { get; } = new(modification => modification.Id, modification => modification.Sequence);

    public Table<StoredMethod> Stored { get; } = new(method => method.Id, method => method.Sequence);

    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Notices that nobody has taken yet, oldest first.</summary>
    public IReadOnlyList<Notice> Undelivered => [.. _noticesByAge.Where(_undelivered.Contains).Select(id => _notices[id])];

    public Notice? Notice(string id) => _notices.GetValueOrDefault(id);

    public UsedKey? Used(string key) => _keys.GetValueOrDefault(key);

    public Payment? Payment(string id) => Payments.TryGet(id, out var payment) ? payment : null;

    /// <summary>The latest payment with this reference.</summary>
    public Payment? PaymentOfReference(string reference) => _paymentsByReference.TryGetValue(reference, out var id) ? Payment(id) : null;

    public Payment? PaymentOfResult(string redirectResult) => _paymentsByResult.TryGetValue(redirectResult, out var id) ? Payment(id) : null;

    /// <summary>Writes an effect down, then makes it visible.</summary>
    public void Commit(AdyenEntry entry)
    {
        _journal.Append(entry);
        Apply(entry);
    }

    public void Dispose() => _journal.Dispose();

    private void Apply(AdyenEntry entry)
    {
        if (entry.Payment is { } payment)
        {
            Payments.Put(payment);
            _paymentsByReference[payment.Reference] = payment.Id;
            if (payment.RedirectResult is { } result)
            {
                _paymentsByResult[result] = payment.Id;
            }
        }

        if (entry.Modification is { } modification)
        {
            Modifications.Put(modification);
        }

        if (entry.Stored is { } method)
        {
            Stored.Put(method);
        }

        Remember(entry);
        Forget();
    }

    private void Remember(AdyenEntry entry)
    {
        foreach (var notice in entry.Notices)
        {
            if (_notices.TryAdd(notice.Id, notice))
            {
                _noticesByAge.Enqueue(notice.Id);
                _undelivered.Add(notice.Id);
            }
        }

        _undelivered.ExceptWith(entry.Delivered);
        if (entry.Key is { } key)
        {
            _keys[key.Key] = key;
            _keysByAge.Enqueue(key);
        }
    }

    private void Forget()
    {
        while (_noticesByAge.Count > NoticesKept)
        {
            var id = _noticesByAge.Dequeue();
            _notices.Remove(id);
            _undelivered.Remove(id);
        }

        var oldest = (Now - KeyLife).ToUnixTimeSeconds();
        while (_keysByAge.TryPeek(out var key) && (key.At < oldest || _keysByAge.Count > KeysKept))
        {
            _keysByAge.Dequeue();
            _keys.Remove(key.Key);
        }
    }

    /// <summary>The entries that rebuild the present.</summary>
    private List<AdyenEntry> Needed() =>
    [
        .. Payments.OldestFirst.Select(payment => new AdyenEntry { Payment = payment }),
        .. Modifications.OldestFirst.Select(modification => new AdyenEntry { Modification = modification }),
        .. Stored.OldestFirst.Select(method => new AdyenEntry { Stored = method }),
        .. _keysByAge.Select(key => new AdyenEntry { Key = key }),
        .. _noticesByAge.Select(id => new AdyenEntry { Notices = [_notices[id]], Delivered = _undelivered.Contains(id) ? [] : [id] }),
    ];
}
