using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxJar;

/// <summary>Of a buyer TaxJar is told where the goods went. The recorded sales stay for filing, by state and ZIP code; street and city go.</summary>
internal sealed partial class TaxJarClient
{
    private const string Erased = "erased";

    public async Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken)
    {
        string? last = null;
        foreach (var sale in subject.Sales)
            if (await ForgetAsync(sale, cancellationToken)) last = sale;
        return last is null ? new Forgotten.NothingKept() : new Forgotten.Done(last);
    }

    /// <summary>False when there is no such sale.</summary>
    private async Task<bool> ForgetAsync(string sale, CancellationToken cancellationToken)
    {
        var path = $"{Orders}/{Uri.EscapeDataString(sale)}";
        var look = await SendAsync(HttpMethod.Get, path, VendorEffect.Reads, null, cancellationToken);
        if (TaxJarErrors.Is(look, HttpStatusCode.NotFound)) return false;
        if (!look.IsSuccess) throw TaxJarErrors.Failure(look);
        var recorded = look.Read(TaxJarJson.Default.TaxJarOrderAnswer).Order;
        // TaxJar wants all of what it cannot do without, also where only the address changes; lines that are not said stay.
        var change = recorded with { ToCity = Erased, ToStreet = Erased };
        var answer = await SendAsync(HttpMethod.Put, path, VendorEffect.Changes, Json(change, TaxJarJson.Default.TaxJarOrder), cancellationToken);
        return answer.IsSuccess ? true : throw TaxJarErrors.Failure(answer);
    }
}
