namespace Composable.Connectors.Sdk;

/// <summary>What a vendor call does to the vendor's records. Decides what a missing answer means.</summary>
public enum VendorEffect
{
    /// <summary>Nothing is recorded, whatever the HTTP verb: without an answer it can simply be asked again.</summary>
    Reads,

    /// <summary>Something may be recorded or charged: without an answer nobody knows whether it was.</summary>
    Changes,
}
