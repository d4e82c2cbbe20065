using Composable.Sandbox.Journals;

namespace Composable.Sandbox.Stripe;

/// <summary>Everything the simulated Stripe knows, backed by its journal. Callers hold <see cref="Gate"/> from reading to committing.</summary>
internal sealed class StripeBooks : IDisposable
{
    private const int KeysKept = 50_000;
    private const int EventsKept = 5_000;
    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);

    private readonly Dictionary<string, int> _intentsByCharge = [];
    private readonly Dictionary<string, StripeEntry> _keys = [];
    private readonly Queue<UsedKey> _keysByAge = new();
    private readonly Dictionary<string, StripeEntry> _events = [];
    private readonly LinkedList<string> _eventsByAge = new();
    private readonly Journal<StripeEntry> _journal;
    private readonly TimeProvider _clock;
    private long _commits;

    public StripeBooks(string dataDirectory, TimeProvider clock)
    {
        _clock = clock;
        _journal = Journal<StripeEntry>.Open(Path.Combine(dataDirectory, "stripe.jsonl"), StripeJournalJson.Default.StripeEntry, Apply, Needed);
    }

    public Lock Gate { get; } = new();

    public Table<PaymentIntent> Intents { get; } = new(intent => intent.Id, intent => intent.Sequence);

    public Table<Refund> Refunds { get; } = new(refund => refund.Id, refund => refund.Sequence);

    public Table<Dispute> Disputes { get; } = new(dispute => dispute.Id, dispute => dispute.Sequence);

    public Table<Customer> Customers { get; } = new(customer => customer.Id, customer => customer.Sequence);

    public Table<KeptMethod> Methods { get; } = new(method => method.Id, method => method.Sequence);

    public Table<WebhookEndpoint> Endpoints { get; } = new(endpoint => endpoint.Id, endpoint => endpoint.Sequence);

    /// <summary>Unix seconds.</summary>
    public long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    public IEnumerable<(StripeEvent Event, StripeEntry Entry)> EventsNewestFirst
    {
        get
        {
            for (var node = _eventsByAge.Last; node is not null; node = node.Previous)
            {
                yield return (Find(_events[node.Value], node.Value), _events[node.Value]);
            }
        }
    }

    public (StripeEvent Event, StripeEntry Entry)? Event(string id) => _events.TryGetValue(id, out var entry) ? (Find(entry, id), entry) : null;

    public StripeEntry? Used(string key) => _keys.GetValueOrDefault(key);

    public PaymentIntent Intent(string id, string param = "intent", int status = 404) =>
        Intents.TryGet(id, out var intent) ? intent : throw StripeRefusal.NoSuch("payment_intent", id, param, status);

    public PaymentIntent IntentOfCharge(string id) =>
        _intentsByCharge.TryGetValue(id, out var sequence) ? Intents.At(sequence) : throw StripeRefusal.NoSuch("charge", id, "charge");

    /// <summary>Writes an effect down, then makes it visible.</summary>
    public StripeEntry Commit(StripeEntry entry)
    {
        entry = entry with { Number = _commits + 1 };
        _journal.Append(entry);
        Apply(entry);
        return entry;
    }

    public void Dispose() => _journal.Dispose();

    private static StripeEvent Find(StripeEntry entry, string id) => entry.Events.First(candidate => candidate.Id == id);

    private void Apply(StripeEntry entry)
    {
        _commits = Math.Max(_commits, entry.Number);
        if (entry.Intent is { } intent)
        {
            Intents.Put(intent);
            if (intent.ChargeId is { } charge)
            {
                _intentsByCharge[charge] = intent.Sequence;
            }
        }

        if (entry.Refund is { } refund)
        {
            Refunds.Put(refund);
        }

        if (entry.Dispute is { } dispute)
        {
            Disputes.Put(dispute);
        }

        if (entry.Customer is { } customer)
        {
            Customers.Put(customer);
        }

        if (entry.Method is { } method)
        {
            Methods.Put(method);
        }

        if (entry.Endpoint is { } endpoint)
        {
            Endpoints.Put(endpoint);
        }

        Remember(entry);
        Forget();
    }

    private void Remember(StripeEntry entry)
    {
        foreach (var notice in entry.Events)
        {
            _events[notice.Id] = entry;
            _eventsByAge.AddLast(notice.Id);
        }

        if (entry.Key is { } key)
        {
            _keys[key.Key] = entry;
            _keysByAge.Enqueue(key);
        }
    }

    private void Forget()
    {
        while (_eventsByAge.Count > EventsKept)
        {
            _events.Remove(_eventsByAge.First!.Value);
            _eventsByAge.RemoveFirst();
        }

        var oldest = Now - (long)KeyLife.TotalSeconds;
        while (_keysByAge.TryPeek(out var key) && (key.At < oldest || _keysByAge.Count > KeysKept))
        {
            _keysByAge.Dequeue();
            _keys.Remove(key.Key);
        }
    }

    /// <summary>The entries that rebuild the present: those of live keys and kept events, then each object that changed since.</summary>
    private List<StripeEntry> Needed()
    {
        var entries = _keys.Values.Concat(_events.Values).Distinct<StripeEntry>(ReferenceEqualityComparer.Instance).OrderBy(entry => entry.Number).ToList();
        var latest = new HashSet<object>(ReferenceEqualityComparer.Instance);
        latest.UnionWith(entries.SelectMany(entry => new object?[] { entry.Intent, entry.Refund, entry.Dispute, entry.Customer, entry.Method, entry.Endpoint }).OfType<object>());
        var commits = _commits;
        entries.AddRange(Intents.OldestFirst.Where(intent => !latest.Contains(intent)).Select(intent => new StripeEntry { Number = commits, Intent = intent }));
        entries.AddRange(Refunds.OldestFirst.Where(refund => !latest.Contains(refund)).Select(refund => new StripeEntry { Number = commits, Refund = refund }));
        entries.AddRange(Disputes.OldestFirst.Where(dispute => !latest.Contains(dispute)).Select(dispute => new StripeEntry { Number = commits, Dispute = dispute }));
        entries.AddRange(Customers.OldestFirst.Where(customer => !latest.Contains(customer)).Select(customer => new StripeEntry { Number = commits, Customer = customer }));
        entries.AddRange(Methods.OldestFirst.Where(method => !latest.Contains(method)).Select(method => new StripeEntry { Number = commits, Method = method }));
        entries.AddRange(Endpoints.OldestFirst.Where(endpoint => !latest.Contains(endpoint)).Select(endpoint => new StripeEntry { Number = commits, Endpoint = endpoint }));
        return entries;
    }
}
