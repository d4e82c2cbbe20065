using Composable.Connectors.Sdk;
using Microsoft.Extensions.Configuration;

namespace Composable.Connectors.TaxTables;

/// <summary>Tax from rates that the merchant keeps in the settings. Asks nobody, so it also serves when a tax vendor is down.</summary>
/// <param name="configuration"><c>Connectors:DataFolder</c> is where files of rates lie; they are read when a connection is made or changed.</param>
internal sealed class TaxTables(IConfiguration? configuration = null) : Connector<TaxTablesSettings, TaxTablesClient>("tax-tables", "Tax tables")
{
    protected override TaxTablesClient Connect(TaxTablesSettings settings, HttpClient http)
    {
        settings.RequireSense();
        return new TaxTablesClient(settings, [.. settings.Files.Select(file => TaxFiles.Read(file, configuration?["Connectors:DataFolder"]))], TimeProvider.System);
    }
}
