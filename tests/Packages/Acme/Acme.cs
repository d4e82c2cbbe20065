using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Composable.Connectors.Sdk;

namespace Acme;

/// <summary>Taxes everything at one rate; its name tells which copy of a dependency it got.</summary>
public sealed class Acme() : Connector<AcmeSettings, AcmeClient>("acme", $"Acme with Dapper {FileVersionInfo.GetVersionInfo(typeof(Dapper.SqlMapper).Assembly.Location).FileVersion}")
{
    protected override AcmeClient Connect(AcmeSettings settings, HttpClient http) =>
        settings.Rate < 1 ? new AcmeClient(settings.Rate) : throw new InvalidOperationException("A mistake of the package.");
}

/// <summary>Cannot be made; its neighbour can.</summary>
public sealed class Unlucky : Connector
{
    public Unlucky()
        : base("unlucky", "Unlucky") => throw new InvalidOperationException("Not today.");

    public override IReadOnlyList<Type> Ports => [];

    public override System.Text.Json.Nodes.JsonNode SettingsSchema => new System.Text.Json.Nodes.JsonObject();

    public override IPort Connect(System.Text.Json.JsonElement settings, HttpClient http) => throw new NotSupportedException();
}

public sealed record AcmeSettings
{
    [Display(Name = "Rate, as a fraction")]
    public required decimal Rate { get; init; }
}

public sealed class AcmeClient(decimal rate) : ITax
{
    public Task<TaxQuote> QuoteAsync(TaxRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var total = Rounding.HalfUp(request.Items.Sum(item => item.Amount) * rate);
        var shares = Rounding.LargestRemainder(total, [.. request.Items.Select(item => (decimal)item.Amount)]);
        return Task.FromResult(new TaxQuote(total, request.Items.Zip(shares).ToDictionary(pair => pair.First.Id, pair => pair.Second), 0, total == 0 ? [] : [new TaxLine("Acme tax", rate, total)]));
    }

    public Task CommitAsync(TaxSale sale, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RefundAsync(TaxRefund refund, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task VoidAsync(string reference, CancellationToken cancellationToken) => Task.CompletedTask;
}
