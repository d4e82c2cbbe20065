using System.Collections.Concurrent;

namespace Composable.Sandbox.Webhooks;

/// <summary>How the notices of each vendor travel from now on.</summary>
internal sealed class DeliveryManners
{
    private readonly ConcurrentDictionary<string, DeliveryManner> _manners = new();

    public DeliveryManner Of(string vendor) => _manners.GetValueOrDefault(vendor) ?? new DeliveryManner();

    public void Set(string vendor, DeliveryManner manner) => _manners[vendor] = manner;

    public void Clear() => _manners.Clear();
}
