using Connectors.Tests.Kit;

namespace Connectors.Tests.TaxJar;

public sealed class TaxJarSpoiledAnswersTests
{
    private const string Answer = """
        {"tax":{"amount_to_collect":0.86,"rate":0.08625,"freight_taxable":true,"breakdown":{"state_tax_collectable":0.63,"state_tax_rate":0.0625,"city_tax_collectable":0.23,"city_tax_rate":0.02375,
         "shipping":{"tax_collectable":0.43,"taxable_amount":5.0,"combined_tax_rate":0.08625},"line_items":[{"id":"1","tax_collectable":0.43,"taxable_amount":5.0,"combined_tax_rate":0.08625}]}}}
        """;

    [Theory]
    [InlineData(false, "USD")]
    [InlineData(true, "USD")]
    [InlineData(false, "JPY")]
    [InlineData(true, "KWD")]
    public async Task A_spoiled_quote_still_sums_or_is_transient(bool included, string currency)
    {
        var request = new TaxRequest(currency, new TaxAddress("US", "TX", "78701", "Austin", "1 Main St"), [new TaxItem("1", 1, 500, 0, 500, null)], 500, included);
        foreach (var answer in Mutations.Of(Answer))
        {
            var taxjar = new StubVendor().Answers(answer);
            var client = (ITax)Vendors.Connect("taxjar", new { apiKey = "token_1", fromAddress = new { country = "US", postalCode = "94025" } }, taxjar.Client());
            try
            {
                var quote = await client.QuoteAsync(request, CancellationToken.None);
                (quote.Items.Values.Sum() + quote.Shipping, quote.Lines.Sum(line => line.Amount), quote.Total >= 0).ShouldBe((quote.Total, quote.Total, true), answer);
            }
            catch (VendorException failure)
            {
                failure.Failure.ShouldBe(VendorFailure.Transient, answer);
            }
        }
    }
}
