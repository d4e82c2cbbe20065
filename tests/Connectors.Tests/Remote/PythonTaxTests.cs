using System.Reflection;
using System.Text.Json;
using Composable.Connectors.Remote;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>The example in another language, certified by the same kit as everybody.</summary>
public sealed class PythonTaxTests(PythonConnector python) : IClassFixture<PythonConnector>
{
    private static readonly BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>Every test of the kit with its data.</summary>
    public static TheoryData<string, string> Kit
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var test in typeof(TaxContract).GetMethods(Declared).Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
            {
                var rows = test.GetCustomAttributes<InlineDataAttribute>().SelectMany(data => data.GetData(test)).DefaultIfEmpty([]);
                foreach (var row in rows) cases.Add(test.Name, JsonSerializer.Serialize(row));
            }

            return cases;
        }
    }

    [WithPython, MemberData(nameof(Kit))]
    public async Task The_kit_is_green(string test, string data)
    {
        var method = typeof(TaxContract).GetMethod(test, Declared)!;
        var arguments = JsonDocument.Parse(data).RootElement.EnumerateArray().Zip(method.GetParameters(), (value, parameter) => value.Deserialize(parameter.ParameterType)).ToArray();
        if (method.Invoke(new Certified(Connect(PythonConnector.Secret)), arguments) is Task running) await running;
    }

    [WithPython, InlineData("")]
    public async Task A_sale_whose_answer_was_lost_is_recorded_once(string _)
    {
        using var line = new Line();
        var tax = Connect(PythonConnector.Secret, line);
        var kit = new Certified(tax);
        var sale = await kit.NewSaleAsync();
        line.LoseAnswers();
        (await Should.ThrowAsync<VendorException>(() => tax.CommitAsync(sale, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        await tax.CommitAsync(sale, CancellationToken.None);
        (await LedgerAsync()).GetProperty("sales").GetProperty(sale.Reference).GetInt64().ShouldBe(sale.Tax.Total);
        await tax.VoidAsync(sale.Reference, CancellationToken.None);
        (await LedgerAsync()).GetProperty("sales").TryGetProperty(sale.Reference, out var _).ShouldBeFalse();
    }

    [WithPython, InlineData("")]
    public async Task Another_refund_under_the_same_reference_is_rejected(string _)
    {
        var tax = Connect(PythonConnector.Secret);
        var sale = await new Certified(tax).NewSaleAsync();
        var refund = new TaxRefund($"{sale.Reference}-r1", sale.Reference, sale.At, "USD", sale.Sale.ShipTo, 500, 41);
        await tax.RefundAsync(refund, CancellationToken.None);
        (await Should.ThrowAsync<VendorException>(() => tax.RefundAsync(refund with { Amount = 501 }, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Rejected);
    }

    [WithPython]
    [InlineData(PythonConnector.Secret, true)]
    [InlineData(PythonConnector.Previous, true)]
    [InlineData("neither of the two 0123456789", false)]
    public async Task Both_secrets_open_the_connector_and_no_third(string secret, bool opens)
    {
        var thrown = await Record.ExceptionAsync(() => Connect(secret).CheckAsync(CancellationToken.None));
        (thrown as VendorException)?.Failure.ShouldBe(VendorFailure.Misconfigured);
        (thrown is null).ShouldBe(opens);
    }

    [WithPython]
    [InlineData(-301)]
    [InlineData(330)]
    public async Task A_request_of_another_time_is_turned_away(int seconds)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{python.Address}/manifest");
        new RemoteSignature(PythonConnector.Secret, null).Sign(request, "/manifest", null, [], TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds));
        using var answer = await http.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(401);
    }

    private ITax Connect(string secret, HttpMessageHandler? line = null) => (ITax)Vendors.Connect(
        "remote-tax", new { baseUrl = python.Address, secret, vendorSettings = new { rate = 0.08m } }, line is null ? new HttpClient() : new HttpClient(line, disposeHandler: false));

    private async Task<JsonElement> LedgerAsync()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{python.Address}/ledger");
        new RemoteSignature(PythonConnector.Secret, null).Sign(request, "/ledger", null, [], TimeProvider.System.GetUtcNow());
        using var answer = await http.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Not public: its tests run above, where they can be skipped.</summary>
    private sealed class Certified(ITax tax) : TaxContract
    {
        protected override ITax Tax { get; } = tax;

        protected override decimal Rate => 0.08m;

        protected override bool ShippingTaxed => true;

        protected override bool ChecksAddresses => false;

        public Task<TaxSale> NewSaleAsync() => SaleAsync();
    }
}
