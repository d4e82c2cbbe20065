using System.Net;
using Connectors.Tests.Kit;

namespace Connectors.Tests.TaxJar;

public sealed class TaxJarAddressTests
{
    private static readonly TaxAddress Austin = new("US", "TX", "78701", "Austin", "1 Main St");

    private readonly StubVendor _taxjar = new();

    [Fact]
    public async Task A_standardised_address_in_the_same_state_and_zip_is_good()
    {
        _taxjar.Answers("""{"addresses":[{"country":"US","state":"TX","zip":"78701-2409","city":"Austin","street":"1 Main St Ste 5"}]}""");
        (await FindingAsync(Austin)).ShouldBe(new AddressFinding.Good());
        _taxjar.Requests.ShouldHaveSingleItem().Uri.AbsolutePath.ShouldBe("/v2/addresses/validate");
    }

    [Fact]
    public async Task Suggestions_come_in_the_vendors_order_and_fill_up_from_what_was_asked()
    {
        _taxjar.Answers("""{"addresses":[{"state":"TX","zip":"78702"},null,{"state":"OK","zip":"73301","city":"Elsewhere","street":"2 Side St"}]}""");
        (await FindingAsync(Austin)).ShouldBeOfType<AddressFinding.Corrected>().Suggestions
            .ShouldBe([Austin with { PostalCode = "78702" }, new TaxAddress("US", "OK", "73301", "Elsewhere", "2 Side St")]);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, """{"addresses":[]}""")]
    [InlineData(HttpStatusCode.NotFound, """{"error":"Not Found","detail":"Resource can not be found","status":404}""")]
    public async Task No_suggestion_is_unknown(HttpStatusCode status, string answer)
    {
        _taxjar.Answers(status, answer);
        (await FindingAsync(Austin)).ShouldBe(new AddressFinding.Unknown());
    }

    [Fact]
    public async Task Elsewhere_nothing_is_asked()
    {
        (await FindingAsync(new TaxAddress("DE", null, "10115", "Berlin", "Mitte 1"))).ShouldBe(new AddressFinding.NotChecked());
        _taxjar.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_spoiled_answer_is_a_finding_or_transient()
    {
        foreach (var answer in Mutations.Of("""{"addresses":[{"country":"US","state":"TX","zip":"78701","city":"Austin","street":"1 Main St"}]}""").Concat(["", "<html>", "[]"]))
        {
            var taxjar = new StubVendor().Answers(answer);
            var thrown = await Record.ExceptionAsync(() => Client(taxjar).CheckAddressAsync(Austin, CancellationToken.None));
            (thrown as VendorException)?.Failure.ShouldBe(VendorFailure.Transient, answer);
            (thrown is null or VendorException).ShouldBeTrue(answer);
        }
    }

    private Task<AddressFinding> FindingAsync(TaxAddress address) => Client(_taxjar).CheckAddressAsync(address, CancellationToken.None);

    private static ITax Client(StubVendor taxjar) => (ITax)Vendors.Connect("taxjar", new { apiKey = "token_1", fromAddress = new { country = "US", postalCode = "94025" } }, taxjar.Client());
}
