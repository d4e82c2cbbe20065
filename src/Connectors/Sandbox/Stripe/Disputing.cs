namespace Composable.Sandbox.Stripe;

/// <summary>Opens disputes and answers them.</summary>
internal static class Disputing
{
    /// <summary>Adds a dispute over what is left of a collected payment.</summary>
    public static StripeEntry Open(StripeBooks books, StripeEntry paid, StripeCall call)
    {
        var intent = paid.Intent!;
        var dispute = new Dispute
        {
            Id = Ids.New("dp_"),
            Sequence = books.Disputes.Next,
            Intent = intent.Id,
            Charge = intent.ChargeId!,
            Amount = intent.Received - intent.Refunded,
            Currency = intent.Currency,
            Created = books.Now,
            Status = "needs_response",
        };
        return paid with
        {
            Intent = intent with { DisputeId = dispute.Id },
            Dispute = dispute,
            Events = [.. paid.Events, Notices.Of("charge.dispute.created", books.Now, call)],
        };
    }

    public static Dispute Find(StripeBooks books, string id) =>
        books.Disputes.TryGet(id, out var dispute) ? dispute : throw StripeRefusal.NoSuch("dispute", id, "dispute");

    /// <summary>Evidence decides at once, by Stripe's test values: <c>winning_evidence</c> wins, any other that is submitted loses.</summary>
    public static StripeEntry Respond(StripeBooks books, StripeCall call)
    {
        var dispute = Find(books, call.Id);
        var evidence = call.Map("evidence", dispute.Evidence);
        var submit = call.Text("submit") is null ? evidence.Count > dispute.Evidence.Count : call.Flag("submit");
        if (submit && dispute.Status is not "needs_response")
        {
            throw StripeRefusal.State("This dispute is already closed.", "dispute_closed");
        }

        dispute = dispute with { Evidence = evidence, Metadata = call.Map("metadata", dispute.Metadata) };
        return submit
            ? Closed(books, dispute, evidence.Values.Contains("winning_evidence") ? "won" : "lost", call)
            : new StripeEntry { Dispute = dispute, Answer = new Answer(200, Shown.Dispute) };
    }

    /// <summary>The merchant accepts the loss.</summary>
    public static StripeEntry Close(StripeBooks books, StripeCall call)
    {
        var dispute = Find(books, call.Id);
        return dispute.Status == "needs_response"
            ? Closed(books, dispute, "lost", call)
            : throw StripeRefusal.State("This dispute is already closed.", "dispute_closed");
    }

    private static StripeEntry Closed(StripeBooks books, Dispute dispute, string status, StripeCall call) => new()
    {
        Dispute = dispute with { Status = status },
        Answer = new Answer(200, Shown.Dispute),
        Events = [Notices.Of("charge.dispute.closed", books.Now, call)],
    };
}
