using System.Collections.Concurrent;

namespace Crash.Tests;

/// <summary>Everything a client was told about one purchase, which is what must be true afterwards.</summary>
internal sealed class Purchase(string cartToken, string checkoutId)
{
    public string CartToken { get; } = cartToken;
    public string CheckoutId { get; } = checkoutId;

    /// <summary>The order as the first 2xx answer showed it.</summary>
    public OrderView? Told { get; set; }

    /// <summary>The code of the refusal that ended the purchase, such as <c>payment_declined</c>.</summary>
    public string? Refused { get; set; }

    /// <summary>The shopper asked to cancel and was told yes.</summary>
    public bool Canceled { get; set; }

    /// <summary>The money staff asked to give back and the hub agreed to, in minor units.</summary>
    public long RefundAgreed { get; set; }

    /// <summary>The order as it was when last looked at.</summary>
    public OrderView? Seen { get; set; }
}

/// <summary>All purchases of a campaign and what the clients ran into.</summary>
internal sealed class PurchaseLog
{
    private readonly ConcurrentQueue<Purchase> purchases = new();
    private readonly ConcurrentQueue<string> complaints = new();

    public IReadOnlyList<Purchase> All => [.. purchases];
    public void Add(Purchase purchase) => purchases.Enqueue(purchase);
    public void Complain(string complaint) => complaints.Enqueue(complaint);

    public IReadOnlyList<string> TakeComplaints()
    {
        var taken = new List<string>();
        while (complaints.TryDequeue(out var complaint)) taken.Add(complaint);
        return taken;
    }
}
