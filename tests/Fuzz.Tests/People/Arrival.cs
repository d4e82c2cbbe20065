using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>Somebody registers and signs in, and is there for other requests: with proofs that were not used yet, and with a cart.</summary>
internal sealed class Arrival(ApiContract contract, Customers customers) : Teller(contract, customers)
{
    /// <summary>Who has arrived, once.</summary>
    public Person? Arrived { get; set; }

    protected override IEnumerable<Draft> Tell()
    {
        Awaits = (Self.Email, Letters.Verify);
        yield return Register();
        Self.Proofs[Letters.Verify] = Proof ?? "";
        Awaits = (Self.Email, Letters.Reset);
        yield return Ask("POST /v1/customers/password-resets", new() { ["email"] = Self.Email });
        Self.Proofs[Letters.Reset] = Proof ?? "";
        yield return SignIn();
        Arrived = Self;
        // It may be long until this goes on, and a session that other requests use has ended then.
        if (Self.Session is null) yield break;
        yield return Ask("POST /v1/carts", Life.Cart("US", Random));
        if (Self.Session is null) yield break;
        yield return Ask("POST /v1/customers/me/addresses", Life.Address("US", Self.Mark));
    }
}
