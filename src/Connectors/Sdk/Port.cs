namespace Composable.Connectors.Sdk;

/// <summary>Something the hub can ask a vendor to do. A client implements the ports it supports; that is the declaration.</summary>
#pragma warning disable CA1040 // The marker is the point: it lets the base class list what a client can do.
public interface IPort;
#pragma warning restore CA1040
