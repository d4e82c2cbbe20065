using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Composable.Sandbox.Adyen;

/// <summary>The methods that shoppers let Adyen keep. Runs under the books' gate.</summary>
internal sealed class StoredMethodOperations(AdyenBooks books)
{
    public AdyenEffect List(HttpContext http, AdyenCall call)
    {
        var shopper = Shopper(http);
        var answer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(answer, Reply.Json))
        {
            json.WriteStartObject();
            json.WriteString("merchantAccount", http.Request.Query["merchantAccount"].ToString());
            json.WriteString("shopperReference", shopper);
            json.WriteStartArray("storedPaymentMethods");
            foreach (var kept in books.Stored.OldestFirst.Where(kept => kept.Shopper == shopper && !kept.Removed))
            {
                Write(json, kept);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new AdyenEffect(new AdyenEntry(), Encoding.UTF8.GetString(answer.WrittenSpan));
    }

    public AdyenEffect Remove(HttpContext http, AdyenCall call) =>
        books.Stored.TryGet(call.Id, out var kept) && !kept.Removed && kept.Shopper == Shopper(http)
            ? new AdyenEffect(new AdyenEntry { Stored = kept with { Removed = true } }, "")
            : throw AdyenRefusal.NoSuchMethod();

    private static string Shopper(HttpContext http) => http.Request.Query["shopperReference"].ToString() is { Length: >= 3 } shopper
        ? shopper
        : throw new AdyenRefusal(422, "14_0407", "shopperReference is missing");

    private static void Write(Utf8JsonWriter json, StoredMethod kept)
    {
        json.WriteStartObject();
        json.WriteString("brand", kept.Brand);
        json.WriteString("expiryMonth", "03");
        json.WriteString("expiryYear", "30");
        json.WriteString("holderName", "");
        json.WriteString("id", kept.Id);
        json.WriteString("lastFour", kept.LastFour);
        json.WriteString("name", kept.Brand == "mc" ? "MasterCard" : "VISA");
        json.WriteString("shopperReference", kept.Shopper);
        json.WriteStartArray("supportedRecurringProcessingModels");
        json.WriteStringValue("CardOnFile");
        json.WriteEndArray();
        json.WriteString("type", "scheme");
        json.WriteEndObject();
    }
}
