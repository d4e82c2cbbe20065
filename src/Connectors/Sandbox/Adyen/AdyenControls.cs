using System.Text.Json;

namespace Composable.Sandbox.Adyen;

/// <summary>What a test may make Adyen do of its own accord: end modifications badly, later or afterwards, open disputes, deliver notices again.</summary>
internal sealed class AdyenControls(AdyenBooks books, Endings endings, AdyenSender sender)
{
    private const int MostAtOnce = 100;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/_settle/adyen", JsonBody.Handler((_, body) => Ask(body)));
        app.MapPost("/_settle/adyen/{id}", JsonBody.Handler((http, body) => Settle((string)http.Request.RouteValues["id"]!, body)));
        app.MapDelete("/_settle/adyen", http =>
        {
            endings.Clear();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        app.MapPost("/_dispute/adyen", JsonBody.Handler((_, body) => Dispute(body)));
        app.MapPost("/_webhooks/adyen/redeliver", JsonBody.Handler((_, body) => Redeliver(body)));
    }

    private Action<Utf8JsonWriter> Ask(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "operation", "outcome", "times");
        var kind = JsonBody.Text(body, "operation");
        var ending = JsonBody.Text(body, "outcome") switch
        {
            "succeed" => Ending.ByTheBooks,
            "fail" => Ending.Fails,
            "hold" => Ending.Held,
            _ => throw new FormatException("'outcome' must be succeed, fail or hold."),
        };
        if (!Endings.Kinds.Contains(kind))
        {
            throw new FormatException($"'operation' must be one of {string.Join(", ", Endings.Kinds)}.");
        }

        endings.Ask(kind, ending, JsonBody.Integer(body, "times", 1, 1_000_000) ?? int.MaxValue);
        return Done;
    }

    /// <summary>Ends one that is held, or makes one fail that had succeeded.</summary>
    private Action<Utf8JsonWriter> Settle(string id, JsonElement body)
    {
        JsonBody.OnlyMembers(body, "succeeds");
        var succeeds = JsonBody.Flag(body, "succeeds");
        lock (books.Gate)
        {
            if (!books.Modifications.TryGet(id, out var modification))
            {
                throw new FormatException($"No modification '{id}'.");
            }

            var entry = modification.Status == "received" ? Settling.End(books, modification, !succeeds)
                : succeeds ? null
                : Settling.Reverse(books, modification);
            Commit(entry ?? throw new FormatException($"'{id}' is over: it {modification.Status}."));
        }

        return Done;
    }

    /// <summary>Opens a dispute over a collected payment, or closes one.</summary>
    private Action<Utf8JsonWriter> Dispute(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "pspReference", "dispute", "won");
        lock (books.Gate)
        {
            Notice notice;
            if (JsonBody.Member(body, "dispute") is null)
            {
                var id = JsonBody.Text(body, "pspReference");
                var payment = books.Payment(id) is { } found && found.Captured > found.Refunded ? found : throw new FormatException($"'{id}' is not a collected payment.");
                notice = new Notice(Psp.New(), id, payment.Reference, payment.Captured - payment.Refunded, payment.Currency, "CHARGEBACK", true, "Fraudulent transaction", payment.Brand, books.Now);
            }
            else
            {
                var id = JsonBody.Text(body, "dispute");
                var opened = books.Notice($"{id}:CHARGEBACK:true") ?? throw new FormatException($"No dispute '{id}'.");
                notice = opened with { Code = JsonBody.Flag(body, "won") ? "CHARGEBACK_REVERSED" : "SECOND_CHARGEBACK", At = books.Now };
            }

            Commit(new AdyenEntry { Notices = [notice] });
            return json =>
            {
                json.WriteStartObject();
                json.WriteString("dispute", notice.PspReference);
                json.WriteEndObject();
            };
        }
    }

    private Action<Utf8JsonWriter> Redeliver(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "events");
        if (JsonBody.Member(body, "events") is not { ValueKind: JsonValueKind.Array } ids || ids.GetArrayLength() is 0 or > MostAtOnce)
        {
            throw new FormatException($"'events' must be a list of 1 to {MostAtOnce} ids.");
        }

        lock (books.Gate)
        {
            sender.Redeliver([.. ids.EnumerateArray().Select(id => books.Notice(id.ToString()) ?? throw new FormatException($"No event '{id}'."))], null);
        }

        return Done;
    }

    private void Commit(AdyenEntry entry)
    {
        books.Commit(entry);
        sender.Notify(entry.Notices, null);
    }

    private static void Done(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteEndObject();
    }
}
