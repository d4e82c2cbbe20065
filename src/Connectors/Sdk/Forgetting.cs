namespace Composable.Connectors.Sdk;

/// <summary>Makes a vendor forget somebody. Of a connector that does not offer it nobody knows what its vendor keeps: staff ask there by hand.</summary>
public interface IForgets : IPort
{
    /// <summary>The same subject twice is forgotten once, and what is gone already was forgotten. Throws <see cref="VendorException"/> when it is to be tried again.</summary>
    Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken);
}

/// <summary>Somebody, by the ids under which a vendor may know them. None of it says who it is.</summary>
/// <param name="Reference">Our id of the erasure.</param>
/// <param name="Customer">Our id of the customer, as <see cref="PaymentRequest.Customer"/> said it.</param>
/// <param name="Sales">Our references of recorded sales, as <see cref="TaxSale.Reference"/> said them.</param>
public sealed record Subject(string Reference, string Customer, IReadOnlyList<SubjectPayment> Payments, IReadOnlyList<string> Sales);

/// <param name="Reference">Our attempt id.</param>
/// <param name="VendorId">The provider's id of the payment; null when no answer ever carried one.</param>
public sealed record SubjectPayment(string Reference, string? VendorId = null);

/// <summary>What became of it.</summary>
public abstract record Forgotten
{
    private Forgotten() { }

    /// <param name="Reference">What the vendor calls it, or what was erased there: the proof.</param>
    public sealed record Done(string Reference) : Forgotten;

    /// <summary>The vendor was told nothing that is personal, or keeps nothing.</summary>
    public sealed record NothingKept : Forgotten;

    /// <summary>There is no call for it, or not for all of it.</summary>
    /// <param name="Reason">What staff are to ask for and where, in a sentence.</param>
    public sealed record ByHand(string Reason) : Forgotten;
}
