using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

/// <summary>Tax from rates that the merchant keeps in the settings. Asks nobody, so it also serves when a tax vendor is down.</summary>
internal sealed class TaxTables() : Connector<TaxTablesSettings, TaxTablesClient>("tax-tables", "Tax tables")
{
    protected override TaxTablesClient Connect(TaxTablesSettings settings, HttpClient http)
    {
        settings.RequireSense();
        return new TaxTablesClient(settings);
    }
}
