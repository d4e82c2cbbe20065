namespace Composable.Connectors.Sdk;

/// <summary>Something the hub can ask a vendor to do. A client implements the ports it supports; that is the declaration.</summary>
public interface IPort
{
    /// <summary>Asks the vendor something that changes nothing and costs nothing, to prove address and credentials. Throws <see cref="VendorException"/> when they do not serve.</summary>
    /// <remarks>A connector that has no vendor behind it has nothing to prove.</remarks>
    Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
