namespace Composable.Sandbox.Adyen;

/// <summary>One request: the id in its address, and what its effects are labelled with.</summary>
/// <param name="Refuse">A fault says no: the payment is refused, the modification fails.</param>
internal sealed record AdyenCall(string Path, string Id, string Host, string? IdempotencyKey, string? TraceParent, bool Refuse);

/// <summary>What a request leads to: an effect and the JSON that is answered.</summary>
internal sealed record AdyenEffect(AdyenEntry Entry, string Answer);
