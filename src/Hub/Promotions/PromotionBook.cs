using System.Text.Json;
using Composable.Hub.Storage;

namespace Composable.Hub.Promotions;

/// <summary>A promotion and how much of it is left.</summary>
internal sealed record PromotionUse(Promotion Promotion, long Used, long UsedByCustomer)
{
    public string? NotApplicable(string currency, long items, DateTimeOffset now) =>
        Used >= Promotion.MaxUses || UsedByCustomer >= Promotion.MaxUsesPerCustomer ? "The code has been used up." : Promotion.NotApplicable(currency, items, now);
}

/// <summary>The shop's codes and how often they were used. Uses are held by a checkout and counted like stock.</summary>
internal sealed class PromotionBook(Database database)
{
    /// <summary>No use is left, for everybody or for this customer, or the code is no longer what it was.</summary>
    public const string Unavailable = "code_unavailable";

    private static readonly Dictionary<string, PromotionUse> None = [];

    public static string Normalize(string code) => code.Trim().ToUpperInvariant();

    public static string Customer(string email) => email.Trim().ToLowerInvariant();

    /// <summary>The codes that exist, with how often they were used by everybody and by this customer.</summary>
    public async Task<IReadOnlyDictionary<string, PromotionUse>> FindAsync(IReadOnlyCollection<string> codes, string? email, CancellationToken cancellationToken)
    {
        if (codes.Count == 0) return None;
        var rows = await database.QueryAsync<(string Doc, long Used, long UsedByCustomer)>($"""
            SELECT p.doc, p.used, coalesce(c.used, 0) FROM promotions p LEFT JOIN promotion_customers c ON c.code = p.code AND c.customer = {Customer(email ?? "")}
            WHERE p.code {Sql.In(codes)}
            """, cancellationToken);
        return rows.ToDictionary(row => Read(row.Doc).Code, row => new PromotionUse(Read(row.Doc), row.Used, row.UsedByCustomer));
    }

    /// <summary>Uses a code for a checkout, if a use is left for everybody and for this customer.</summary>
    public static void Hold(Commit commit, string reference, string email, IReadOnlyCollection<Promotion> promotions)
    {
        var customer = Customer(email);
        foreach (var promotion in promotions)
        {
            commit.Require($"UPDATE promotions SET used = used + 1 WHERE code = {promotion.Code} AND doc = {Write(promotion)} AND used < max_uses", 1, Unavailable);
            commit.Require($"""
                INSERT INTO promotion_customers (code, customer, used) VALUES ({promotion.Code}, {customer}, 1)
                ON CONFLICT (code, customer) DO UPDATE SET used = promotion_customers.used + 1 WHERE promotion_customers.used < {promotion.MaxUsesPerCustomer ?? Promotion.Unlimited}
                """, 1, Unavailable);
            commit.AddRow("INSERT INTO promotion_uses (reference, code, customer, at) VALUES ", $"({reference}, {promotion.Code}, {customer}, {Sql.Now})");
        }
    }

    /// <summary>Gives the uses back, once.</summary>
    public static void Release(Commit commit, string reference, string email, IReadOnlyCollection<string> codes)
    {
        var customer = Customer(email);
        foreach (var code in codes)
        {
            commit.Require($"UPDATE promotion_uses SET released = 1 WHERE reference = {reference} AND code = {code} AND released = 0", 1, "code_not_held");
            commit.Add($"UPDATE promotions SET used = used - 1 WHERE code = {code}");
            commit.Add($"UPDATE promotion_customers SET used = used - 1 WHERE code = {code} AND customer = {customer}");
        }
    }

    public static Promotion Read(string doc) => JsonSerializer.Deserialize(doc, PromotionJson.Default.Promotion)!;

    public static string Write(Promotion promotion) => JsonSerializer.Serialize(promotion, PromotionJson.Default.Promotion);
}
