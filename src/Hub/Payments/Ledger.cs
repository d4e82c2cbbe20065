using Composable.Hub.Storage;

namespace Composable.Hub.Payments;

/// <summary>A transfer of an amount from the credited to the debited account.</summary>
internal sealed record Transfer(string Debit, string Credit, long Amount);

/// <summary>
/// Double entry by shape: a row debits one account and credits another by the same amount, so nothing unbalanced can be written. A
/// posting's name is unique, so nothing is booked twice.
/// </summary>
internal static class Ledger
{
    public const string Receivable = "receivable", Sales = "sales", Shipping = "shipping", Tax = "tax", Refunds = "refunds", Disputes = "disputes";

    /// <summary>What a provider holds for us.</summary>
    public static string Clearing(string connection) => $"clearing:{connection}";

    public static void Post(Commit commit, string posting, string orderId, string currency, params IEnumerable<Transfer> transfers)
    {
        var leg = 1L;
        foreach (var transfer in transfers.Where(transfer => transfer.Amount != 0))
        {
            var (debit, credit) = transfer.Amount > 0 ? (transfer.Debit, transfer.Credit) : (transfer.Credit, transfer.Debit);
            commit.AddRow("INSERT INTO ledger (posting, leg, debit, credit, amount, currency, order_id, at) VALUES ",
                $"({posting}, {leg++}, {debit}, {credit}, {Math.Abs(transfer.Amount)}, {currency}, {orderId}, {Sql.Now})");
        }
    }
}
