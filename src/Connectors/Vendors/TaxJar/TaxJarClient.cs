using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxJar;

/// <summary>Sales tax by TaxJar: quotes, and transactions for filing under our own ids, which make every write repeatable.</summary>
internal sealed partial class TaxJarClient(TaxJarSettings settings, HttpClient http) : ITax, IForgets
{
    /// <summary>Pinned: the shapes in TaxJarWire are those of this version.</summary>
    private const string ApiVersion = "2022-01-24";

    private const string Orders = "/v2/transactions/orders";
    private const string Refunds = "/v2/transactions/refunds";

    private const int MostSuggestions = 4;

    private readonly VendorHttp _http = new("TaxJar", http, settings.BaseUrl);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, "/v2/categories", VendorEffect.Reads, null, cancellationToken);
        if (!answer.IsSuccess) throw TaxJarErrors.Failure(answer);
        answer.Read(TaxJarJson.Default.TaxJarCategories);
    }

    public async Task<TaxQuote> QuoteAsync(TaxRequest request, CancellationToken cancellationToken)
    {
        // TaxJar refuses an order of nothing, and nothing is owed on it.
        if (request.Items.Sum(item => item.Amount) + request.Shipping == 0) return new TaxQuote(0, request.Items.ToDictionary(item => item.Id, _ => 0L), 0, []);

        var body = To(request.ShipTo, new TaxJarTaxRequest
        {
            Amount = Major(request.Items.Sum(item => item.Amount), request.Currency),
            Shipping = Major(request.Shipping, request.Currency),
            LineItems = [.. request.Items.Select(item => Line(item, request.Currency))],
        });
        var answer = await SendAsync(HttpMethod.Post, "/v2/taxes", VendorEffect.Reads, Json(body, TaxJarJson.Default.TaxJarTaxRequest), cancellationToken);
        if (!answer.IsSuccess) throw TaxJarErrors.Failure(answer);

        try
        {
            return TaxJarQuotes.From(answer.Read(TaxJarJson.Default.TaxJarTaxAnswer).Tax, request);
        }
        catch (Exception impossible) when (impossible is ArithmeticException or ArgumentOutOfRangeException)
        {
            throw answer.Unusable("it holds a negative or boundless tax", impossible);
        }
    }

    public async Task CommitAsync(TaxSale sale, CancellationToken cancellationToken)
    {
        var body = Transaction(sale);
        var answer = await SendAsync(HttpMethod.Post, Orders, VendorEffect.Changes, Json(body, TaxJarJson.Default.TaxJarTransaction), cancellationToken);
        // It exists: an earlier try got through, or the sale was recorded in another state. Replacing it is right in both cases.
        if (TaxJarErrors.Is(answer, HttpStatusCode.UnprocessableEntity))
            answer = await SendAsync(HttpMethod.Put, $"{Orders}/{Uri.EscapeDataString(sale.Reference)}", VendorEffect.Changes, Json(body, TaxJarJson.Default.TaxJarTransaction), cancellationToken);
        if (!answer.IsSuccess) throw TaxJarErrors.Failure(answer);
    }

    public async Task RefundAsync(TaxRefund refund, CancellationToken cancellationToken)
    {
        // Street and city are left out: what a refund gives back was computed with its sale, and TaxJar changes no refund later.
        var body = To(refund.ShipTo with { City = "", Line1 = "" }, new TaxJarTransaction
        {
            TransactionId = refund.Reference,
            TransactionReferenceId = refund.SaleReference,
            TransactionDate = Date(refund.At),
            Amount = -Major(refund.Amount, refund.Currency),
            Shipping = 0,
            SalesTax = -Major(refund.Tax, refund.Currency),
        });
        var answer = await SendAsync(HttpMethod.Post, Refunds, VendorEffect.Changes, Json(body, TaxJarJson.Default.TaxJarTransaction), cancellationToken);
        if (answer.IsSuccess) return;
        if (!TaxJarErrors.Is(answer, HttpStatusCode.UnprocessableEntity)) throw TaxJarErrors.Failure(answer);

        var look = await SendAsync(HttpMethod.Get, $"{Refunds}/{Uri.EscapeDataString(refund.Reference)}", VendorEffect.Reads, null, cancellationToken);
        if (!look.IsSuccess) throw TaxJarErrors.Failure(look);
        var recorded = look.Read(TaxJarJson.Default.TaxJarRefundAnswer).Refund;
        if ((recorded.TransactionReferenceId, recorded.Amount, recorded.SalesTax) != (refund.SaleReference, body.Amount, body.SalesTax))
            throw look.Failed(VendorFailure.Rejected, "another refund is recorded under this reference");
    }

    public async Task VoidAsync(string reference, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Delete, $"{Orders}/{Uri.EscapeDataString(reference)}", VendorEffect.Changes, null, cancellationToken);
        if (!answer.IsSuccess && !TaxJarErrors.Is(answer, HttpStatusCode.NotFound)) throw TaxJarErrors.Failure(answer);
    }

    /// <summary>TaxJar knows addresses of the United States only, and answers 404 to those that it cannot find.</summary>
    public async Task<AddressFinding> CheckAddressAsync(TaxAddress address, CancellationToken cancellationToken)
    {
        if (address.Country != "US") return new AddressFinding.NotChecked();
        var body = new TaxJarAddress(address.Country, address.PostalCode, address.Region, address.City, address.Line1);
        var answer = await SendAsync(HttpMethod.Post, "/v2/addresses/validate", VendorEffect.Reads, Json(body, TaxJarJson.Default.TaxJarAddress), cancellationToken);
        if (TaxJarErrors.Is(answer, HttpStatusCode.NotFound)) return new AddressFinding.Unknown();
        if (!answer.IsSuccess) throw TaxJarErrors.Failure(answer);
        var found = answer.Read(TaxJarJson.Default.TaxJarAddresses).Addresses.OfType<TaxJarAddress>().Take(MostSuggestions).Select(one => Suggestion(one, address)).ToList();
        // Tax depends on state and ZIP code; another spelling of the street is no correction.
        return found.Count == 0 ? new AddressFinding.Unknown()
            : found.Exists(one => one.Region == address.Region && Zip(one) == Zip(address)) ? new AddressFinding.Good()
            : new AddressFinding.Corrected(found);
    }

    private static TaxAddress Suggestion(TaxJarAddress found, TaxAddress asked) =>
        new(asked.Country, found.State ?? asked.Region, found.Zip ?? asked.PostalCode, found.City ?? asked.City, found.Street ?? asked.Line1);

    private static string Zip(TaxAddress address) => address.PostalCode.Split('-')[0];

    private static decimal Major(long amount, string currency) => new Money(amount, currency).ToMajorUnits();

    private static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static TaxJarLine Line(TaxItem item, string currency) => new(
        item.Id, item.Quantity, Major(item.UnitPrice, currency), Major(item.UnitPrice * item.Quantity - item.Amount, currency), item.TaxCode);

    /// <summary>A line as sold. Prices with tax inside are recorded as one lot at its net price: pieces times a rounded net price would miss the amount.</summary>
    private static TaxJarLine Sold(TaxItem item, TaxSale sale)
    {
        var tax = sale.Tax.Items.GetValueOrDefault(item.Id);
        var line = sale.Sale.PricesIncludeTax
            ? new TaxJarLine(item.Id, 1, Major(item.Amount - tax, sale.Sale.Currency), 0, item.TaxCode)
            : Line(item, sale.Sale.Currency);
        return line with { SalesTax = Major(tax, sale.Sale.Currency) };
    }

    private TaxJarTransaction Transaction(TaxSale sale)
    {
        var goods = sale.Sale.Items.Sum(item => item.Amount);
        var inside = sale.Sale.PricesIncludeTax ? sale.Tax : new TaxQuote(0, new Dictionary<string, long>(), 0, []);
        return To(sale.Sale.ShipTo, new TaxJarTransaction
        {
            TransactionId = sale.Reference,
            TransactionDate = Date(sale.At),
            Amount = Major(goods + sale.Sale.Shipping - inside.Total, sale.Sale.Currency),
            Shipping = Major(sale.Sale.Shipping - inside.Shipping, sale.Sale.Currency),
            SalesTax = Major(sale.Tax.Total, sale.Sale.Currency),
            LineItems = [.. sale.Sale.Items.Select(item => Sold(item, sale))],
        });
    }

    private T To<T>(TaxAddress to, T request)
        where T : TaxJarRoute => request with
        {
            FromCountry = settings.FromAddress.Country,
            FromZip = settings.FromAddress.PostalCode,
            FromState = settings.FromAddress.Region,
            FromCity = settings.FromAddress.City,
            FromStreet = settings.FromAddress.Line1,
            ToCountry = to.Country,
            ToZip = to.PostalCode,
            ToState = to.Region,
            ToCity = to.City.Length > 0 ? to.City : null,
            ToStreet = to.Line1.Length > 0 ? to.Line1 : null,
        };

    private static ByteArrayContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task<VendorAnswer> SendAsync(HttpMethod method, string path, VendorEffect effect, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _http.At(path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey);
        request.Headers.TryAddWithoutValidation("x-api-version", ApiVersion);
        return await _http.SendAsync(request, effect, cancellationToken);
    }
}
