using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Composable.Connectors.TaxTables;
using Connectors.Tests.Kit;
using Microsoft.Extensions.Configuration;

namespace Connectors.Tests.TaxTables;

/// <summary>The kit against rates by ZIP code from a file, and what files may hold.</summary>
public sealed class TaxFilesTests : TaxContract, IDisposable
{
    private const string Zips = "state,zip,jurisdiction,combined\nTX,78701,AUSTIN,0.0825\nTX,78702-78704,AUSTIN,0.0825\nCA,94025,\"MENLO PARK, CITY OF\",0.09375\nGA,36855,A,0.08\nAL,36855,B,0.09\n";

    private const string Vat = """
        {"items":{"DE":[{"effective_from":"2021-01-01","rates":{"reduced":7,"standard":19},"exceptions":[{"name":"Heligoland","postcode":"27498","standard":0}]},
                       {"effective_from":"0000-01-01","rates":{"reduced":5,"standard":16}}],
                  "PT":[{"effective_from":"0000-01-01","rates":{"reduced1":6,"reduced2":13,"standard":23},"exceptions":[{"name":"Madeira","postcode":"9[0-4]\\d{2,}","standard":22,"reduced1":5}]}]}}
        """;

    private const string History = "start_date,stop_date,territory_codes,currency_code,rate,rate_type,description\n2021-01-01,,DE,EUR,0.19,standard,\"Since, \"\"then\"\"\"\n2020-07-01,2021-01-01,DE,EUR,0.16,standard,\n"
        + "1984-01-01,,\"AT-6691\nDE-87491\",EUR,0.18,standard,Jungholz\n2011-01-04,,\"ES-TF\",EUR,0,standard,\n2012-09-01,,ES,EUR,0.21,standard,\n";

    private static readonly string[] Reduced = ["reduced", "reduced1"], Parking = ["parking"], Stamps = ["stamp"], California = ["ca"];

    private readonly string _folder = Directory.CreateTempSubdirectory("composable-tax-").FullName;

    public TaxFilesTests()
    {
        Write("zips.csv", Zips);
        Write("vat.json", Vat);
        Write("history.csv", History);
    }

    protected override ITax Tax => Connect(new { file = "zips.csv" });

    protected override decimal Rate => 0.0825m;

    protected override bool ShippingTaxed => true;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("78701", "TX", 8_25)]
    [InlineData("78703-1234", "TX", 8_25)]
    [InlineData("940251234", "CA", 9_38)]
    [InlineData("36855", "GA", 8_00)]
    [InlineData("36855", "AL", 9_00)]
    [InlineData("36855", null, 9_00)]
    public async Task The_zip_code_decides(string zip, string? state, long tax) => (await TotalAsync(Tax, Austin with { PostalCode = zip, Region = state })).ShouldBe(tax);

    [Fact]
    public async Task A_zip_code_without_a_rate_is_rejected() =>
        (await Should.ThrowAsync<VendorException>(() => TotalAsync(Tax, Austin with { PostalCode = "99999" }))).Failure.ShouldBe(VendorFailure.Rejected);

    [Fact]
    public async Task The_right_state_is_suggested()
    {
        (await CheckAsync(Austin with { Region = "CA" })).ShouldBeOfType<AddressFinding.Corrected>().Suggestions.ShouldBe([Austin]);
        (await CheckAsync(Austin with { PostalCode = "36855", Region = null })).ShouldBeOfType<AddressFinding.Corrected>().Suggestions.Select(one => one.Region).ShouldBe(["GA", "AL"]);
        (await CheckAsync(new TaxAddress("DE", null, "10115", "Berlin", "Mitte 1"))).ShouldBe(new AddressFinding.NotChecked());
    }

    [Theory]
    [InlineData("DE", "10115", null, 19_00)]
    [InlineData("DE", "10115", "book", 7_00)]
    [InlineData("DE", "27498", null, 0)]
    [InlineData("DE", "27498", "book", 0)]
    [InlineData("PT", "1000-001", "book", 6_00)]
    [InlineData("PT", "9000", "book", 5_00)]
    [InlineData("PT", "9000", null, 22_00)]
    [InlineData("PT", "1000", "gift", 23_00)]
    [InlineData("PT", "1000", "stamp", 0)]
    public async Task Countries_have_categories_and_places_of_their_own(string country, string postcode, string? code, long tax)
    {
        var files = Connect(new { file = "vat.json", categories = new { book = Reduced, gift = Parking }, exemptTaxCodes = Stamps });
        (await TotalAsync(files, new TaxAddress(country, null, postcode, "", ""), code)).ShouldBe(tax);
    }

    [Theory]
    [InlineData("DE", "10115", null, "2020-12-31", 16_00)]
    [InlineData("DE", "10115", null, "2021-01-01", 19_00)]
    [InlineData("DE", "87491", null, "2021-01-01", 18_00)]
    [InlineData("ES", "38001", "TF", "2021-01-01", 0)]
    [InlineData("ES", "28001", "M", "2021-01-01", 21_00)]
    public async Task Rates_hold_on_their_days(string country, string postcode, string? region, string day, long tax)
    {
        var history = VatHistory.Read(new CsvRows(new StringReader(History), "history.csv"), new TaxFile { File = "history.csv" });
        var client = new TaxTablesClient(new TaxTablesSettings { Tables = [] }, [history], new Noon(DateOnly.Parse(day)));
        (await TotalAsync(client, new TaxAddress(country, region, postcode, "", ""))).ShouldBe(tax);
    }

    [Fact]
    public async Task Shipping_is_taxed_where_it_is_and_a_table_of_the_settings_goes_first()
    {
        var file = new { file = "zips.csv", shippingTaxed = true, shippingOtherwiseIn = California };
        var request = Request("USD", 1000, false, 1000);
        (await Connect(file).QuoteAsync(request, CancellationToken.None)).Shipping.ShouldBeGreaterThan(0);
        (await Connect(file).QuoteAsync(request with { ShipTo = Austin with { PostalCode = "94025", Region = "CA" } }, CancellationToken.None)).Shipping.ShouldBe(0);
        (await TotalAsync(Connect(file, new { country = "US", region = "TX", rate = 0.5m }), Austin)).ShouldBe(50_00);
        (await TotalAsync(Connect(file, new { country = "US", rate = 0.5m }), Austin)).ShouldBe(8_25);
    }

    [Theory]
    [InlineData("state,zip,combined\nTX,78701,8.25\n", "line 2: combined is not a fraction")]
    [InlineData("state,zip,combined\nTX,78701,0.08\nTX,787,0.08\n", "line 3: zip is neither")]
    [InlineData("state,zip,combined\nTX,78701,0.08\nTX,78701,0.09\n", "line 3: the ZIP code 78701 has two rates in TX")]
    [InlineData("state,zip,combined\nTexas,78701,0.08\n", "line 2: state is not two letters")]
    [InlineData("state,zip,combined\nTX,78701\n", "line 2: there are 2 fields, and the header has 3")]
    [InlineData("state,zip,combined\nTX,\"78701\n,0.08\nTX,1,2\n", "a quote is missing")]
    [InlineData("state,zip\nTX,78701\n", "line 1: the column combined is missing")]
    [InlineData("state,zip,combined\n", "there are no rates")]
    [InlineData("", "line 1: it is empty")]
    public void What_is_wrong_is_told_with_its_line(string text, string why)
    {
        Write("wrong.csv", text);
        var wrong = Should.Throw<VendorException>(() => Connect(new { file = "wrong.csv" }));
        (wrong.Failure, wrong.Message.Contains(_folder)).ShouldBe((VendorFailure.Misconfigured, false));
        wrong.Message.ShouldContain(why);
    }

    [Theory]
    [InlineData("../outside.csv")]
    [InlineData("/etc/hostname")]
    [InlineData("missing.csv")]
    [InlineData("bomb.csv.gz")]
    [InlineData("broken.json")]
    [InlineData("pattern.json")]
    public void A_file_that_cannot_be_used_is_misconfigured(string file)
    {
        Write("broken.json", """{"items":{"DE":[{"rates":{}}]}}""");
        Write("pattern.json", """{"items":{"DE":[{"effective_from":"2021-01-01","rates":{"standard":19},"exceptions":[{"postcode":"(a","standard":0}]}]}}""");
        using (var bomb = new GZipStream(File.Create(Path.Combine(_folder, "bomb.csv.gz")), CompressionLevel.Fastest))
        {
            bomb.Write("state,zip,combined\n"u8);
            var zeros = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
            for (var time = 0; time < 70; time++) bomb.Write(zeros);
        }

        Should.Throw<VendorException>(() => Connect(new { file })).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public void Without_a_folder_no_file_is_read() =>
        Should.Throw<VendorException>(() => Vendors.Connect("tax-tables", new { tables = Array.Empty<object>(), files = new[] { new { file = "zips.csv" } } }, new HttpClient())).Message.ShouldContain("Connectors:DataFolder");

    private static async Task<long> TotalAsync(ITax tax, TaxAddress place, string? code = null) =>
        (await tax.QuoteAsync(new TaxRequest("EUR", place, [new TaxItem("1", 1, 100_00, 0, 100_00, code)], 0, PricesIncludeTax: false), CancellationToken.None)).Total;

    private ITax Connect(object file, params object[] tables)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Connectors:DataFolder"] = _folder }).Build();
        return (ITax)new Composable.Connectors.TaxTables.TaxTables(configuration).Connect(JsonSerializer.SerializeToElement(new { tables, files = new[] { file } }), new HttpClient());
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private sealed class Noon(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(12, 0), TimeSpan.Zero);
    }
}
