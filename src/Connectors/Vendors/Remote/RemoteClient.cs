using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

/// <summary>What the clients of all ports have in common: the check, and notices that the connector reads for the hub.</summary>
internal abstract class RemoteClient(string port, RemoteSettings settings, RemoteCalls calls) : IWebhooks, IForgets
{
    /// <summary>A notice is kept whole in the hub's own books; one with more than this is not a notice.</summary>
    private const int LongestHeader = 8192;

    protected RemoteCalls Calls => calls;

    /// <summary>The limits of the settings, where the port has any; the manifest must say the same.</summary>
    protected virtual (string Name, JsonNode? Limits)? Agreed => null;

    /// <summary>The connector is the one that was meant, it offers the port, and the settings serve its vendor.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var manifest = await calls.ManifestAsync(cancellationToken);
        if (!manifest.Ports.Contains(port)) throw Misconfigured($"its manifest does not offer the port {port}");
        if (Agreed is { } agreed && JsonSerializer.SerializeToNode(manifest.Limits, RemoteJson.Options)?[agreed.Name] is { } told && !JsonNode.DeepEquals(told, agreed.Limits))
            throw Misconfigured("the limits of the settings are not those of its manifest");
        await calls.AskAsync(RemoteOperations.Check, new RemotePort(port), cancellationToken);
    }

    /// <summary>The connector has to be asked, and that cannot be done here.</summary>
    public WebhookReading Read(WebhookRequest request) => new WebhookReading.Refused("A remote connector reads notices asynchronously.");

    public async ValueTask<WebhookReading> ReadAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string>();
        foreach (var name in settings.WebhookHeaders)
            if (request.Header(name) is { Length: <= LongestHeader } value) headers[name.ToLowerInvariant()] = value;
        return await calls.AskAsync(RemoteOperations.ReadWebhook, new RemoteNotice(headers, request.Body, request.Now), cancellationToken);
    }

    public async Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken) =>
        await calls.FindAsync(RemoteOperations.Forget, subject, $"forget:{subject.Reference}", cancellationToken)
        ?? new Forgotten.ByHand("This connector has no operation for it: ask whoever runs it what its vendor keeps.");

    protected static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, RemoteJson.Options);

    private static VendorException Misconfigured(string why) => new(VendorFailure.Misconfigured, $"The remote connector cannot serve: {why}.");
}
