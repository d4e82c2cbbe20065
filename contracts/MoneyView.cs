namespace Composable.Contracts;

/// <summary>An amount in minor units, with a text a person can read.</summary>
public sealed record MoneyView(long Amount, string Currency, string Display);

/// <summary>An amount given by a caller. <c>display</c> is accepted, so that an amount can be sent back as received, and ignored.</summary>
public sealed record MoneyInput(long Amount, string Currency, string? Display = null);
