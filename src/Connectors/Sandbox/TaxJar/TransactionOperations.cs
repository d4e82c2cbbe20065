namespace Composable.Sandbox.TaxJar;

/// <summary>Records, changes and removes transactions. Orders and refunds differ only in whether they refer to another.</summary>
internal sealed class TransactionOperations(TaxJarBooks books, bool refunds)
{
    private const int LongestId = 255;
    private const int Account = 10649;

    private Dictionary<string, Transaction> Shelf => refunds ? books.Refunds : books.Orders;

    public Transaction Create(Transaction transaction)
    {
        Check(transaction);
        transaction = transaction with { UserId = Account };
        lock (books.Gate)
        {
            if (Shelf.ContainsKey(transaction.TransactionId!))
            {
                throw new TaxJarRefusal(422, "Provider tranx already imported for your user account");
            }

            books.Commit(new TaxJarEntry(transaction));
            return transaction;
        }
    }

    /// <summary>Members that are not given keep their values.</summary>
    public Transaction Update(string id, Transaction change)
    {
        lock (books.Gate)
        {
            var before = Find(id);
            var after = before with
            {
                TransactionDate = change.TransactionDate ?? before.TransactionDate,
                ToCountry = change.ToCountry ?? before.ToCountry,
                ToZip = change.ToZip ?? before.ToZip,
                ToState = change.ToState ?? before.ToState,
                ToCity = change.ToCity ?? before.ToCity,
                ToStreet = change.ToStreet ?? before.ToStreet,
                Amount = change.Amount ?? before.Amount,
                Shipping = change.Shipping ?? before.Shipping,
                SalesTax = change.SalesTax ?? before.SalesTax,
                LineItems = change.LineItems ?? before.LineItems,
                ExemptionType = change.ExemptionType ?? before.ExemptionType,
            };
            books.Commit(new TaxJarEntry(after));
            return after;
        }
    }

    public Transaction Remove(string id)
    {
        lock (books.Gate)
        {
            var transaction = Find(id);
            books.Commit(new TaxJarEntry(transaction, Removed: true));
            return transaction;
        }
    }

    public Transaction Find(string id)
    {
        lock (books.Gate)
        {
            return Shelf.TryGetValue(id, out var transaction) ? transaction : throw TaxJarRefusal.NotFound();
        }
    }

    public IReadOnlyList<string> Ids()
    {
        lock (books.Gate)
        {
            return [.. Shelf.Keys];
        }
    }

    private void Check(Transaction transaction)
    {
        (string Name, object? Value)[] required =
        [
            ("transaction_id", transaction.TransactionId), ("transaction_date", transaction.TransactionDate), ("to_country", transaction.ToCountry),
            ("to_zip", transaction.ToZip), ("amount", transaction.Amount), ("shipping", transaction.Shipping), ("sales_tax", transaction.SalesTax),
        ];
        foreach (var (name, value) in required)
        {
            _ = value ?? throw TaxJarRefusal.Missing(name);
        }

        if (refunds == transaction.TransactionReferenceId is null)
        {
            throw refunds ? TaxJarRefusal.Missing("transaction_reference_id") : TaxJarRefusal.Bad("transaction_reference_id is for refunds");
        }

        if (transaction.ToCountry is "US" or "CA")
        {
            _ = transaction.ToState ?? throw TaxJarRefusal.Missing("to_state");
        }

        if (transaction.TransactionId!.Length is 0 or > LongestId)
        {
            throw TaxJarRefusal.Bad("transaction_id is invalid");
        }
    }
}
