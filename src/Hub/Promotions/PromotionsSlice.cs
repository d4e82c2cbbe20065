using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Promotions;

/// <param name="Kind"><c>percentage</c>, <c>fixedAmount</c> or <c>freeDelivery</c>.</param>
/// <param name="Amounts">For fixed amounts: minor units by currency.</param>
/// <param name="MinimumItems">Minor units by currency.</param>
internal sealed record PromotionInput(
    string Kind, int Percent = 0, IReadOnlyDictionary<string, long>? Amounts = null, IReadOnlyDictionary<string, long>? MinimumItems = null,
    long? MaxUses = null, long? MaxUsesPerCustomer = null, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null);

internal sealed record PromotionView(
    string Code, string Kind, int Percent, IReadOnlyDictionary<string, long> Amounts, IReadOnlyDictionary<string, long> MinimumItems,
    long? MaxUses, long? MaxUsesPerCustomer, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt, long Used, long Version);

internal static class PromotionsSlice
{
    public static IServiceCollection AddPromotions(this IServiceCollection services) => services.AddSingleton<PromotionBook>().AddSingleton<IPersonalData, PromotionRecords>();

    public static void MapPromotions(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/promotions").ForAdmin("promotions:write").WithTags("Promotions");
        staff.MapGet("", ListAsync).Produces<Page<PromotionView>>();
        staff.MapGet("{code}", GetAsync).Produces<PromotionView>();
        staff.MapPut("{code}", PutAsync).Produces<PromotionView>().Produces<PromotionView>(201);
    }

    private static async Task<IResult> ListAsync(PageRequest page, Database database, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<Row>($"SELECT doc, used, version FROM promotions WHERE code > {(page.Keys(1) is [var last] ? last : "")} ORDER BY code LIMIT {page.Limit + 1}", cancellationToken);
        return Results.Json(page.Of(rows, View, row => [PromotionBook.Read(row.Doc).Code]), Json.Options);
    }

    private static async Task<IResult> GetAsync(string code, HttpContext context, Database database, CancellationToken cancellationToken) =>
        await FindAsync(code, database, cancellationToken) is { } row ? ETags.Answer(context, row.Version, View(row)) : Refusal.NotFound("promotion").ToResult();

    /// <summary>Creates a code, or with If-Match changes it.</summary>
    private static async Task<IResult> PutAsync(string code, Body<PromotionInput> body, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of(context, body.Fingerprint);
        var (promotion, refusal) = Check(PromotionBook.Normalize(code), body.Value);
        if (refusal is not null) return refusal.ToResult();
        var before = await FindAsync(promotion!.Code, database, cancellationToken);
        if (ETags.RequireOrAbsent(context, before?.Version) is { } stale) return stale.ToResult();
        var row = new Row { Doc = PromotionBook.Write(promotion), Used = before?.Used ?? 0, Version = (before?.Version ?? 0) + 1 };
        if (promotion.MaxUses < row.Used) return new Refusal(422, "limit_exceeded", $"The code was used {row.Used} times already.").ToResult();
        var commit = new Commit();
        if (before is null) commit.Add($"INSERT INTO promotions (code, doc, max_uses, version) VALUES ({promotion.Code}, {row.Doc}, {promotion.MaxUses}, {row.Version})");
        else commit.Require($"UPDATE promotions SET doc = {row.Doc}, max_uses = {promotion.MaxUses}, version = {row.Version} WHERE code = {promotion.Code} AND version = {before.Version}", 1, "stale");
        var happened = before is null ? "promotion.created" : "promotion.changed";
        commit.Append(new HubEvent($"promotion:{promotion.Code}", row.Version, happened, row.Doc)).Audit(happened, $"promotion:{promotion.Code}", before?.Doc, row.Doc);
        var answer = new Answer(before is null ? 201 : 200, Json.Write(View(row))) { ETag = ETags.Of(row.Version) };
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return answer;
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            var now = await FindAsync(promotion.Code, database, cancellationToken);
            return new Refusal(412, "precondition_failed", "This has changed since you read it.") { ETag = now is null ? null : ETags.Of(now.Version) }.ToResult();
        }
    }

    private static (Promotion? Promotion, Refusal? Refusal) Check(string code, PromotionInput input)
    {
        if (code.Length is 0 or > 40) return (null, Refusal.Invalid("", "out_of_range", "A code has 1 to 40 characters."));
        // By its name only: the enumeration would be read from a number too, and from several names.
        if (!Array.Exists(Enum.GetNames<PromotionKind>(), name => name.Equals(input.Kind, StringComparison.OrdinalIgnoreCase)) || !Enum.TryParse<PromotionKind>(input.Kind, ignoreCase: true, out var kind)) return (null, Refusal.Invalid("/kind", "unknown_kind", "percentage, fixedAmount or freeDelivery."));
        if (kind == PromotionKind.Percentage && input.Percent is < 1 or > 100) return (null, Refusal.Invalid("/percent", "out_of_range", "1 to 100."));
        if (kind == PromotionKind.FixedAmount && input.Amounts is not { Count: > 0 }) return (null, Refusal.Invalid("/amounts", "required", "A fixed amount needs one per currency."));
        foreach (var (currency, amount) in (input.Amounts ?? NoAmounts).Concat(input.MinimumItems ?? NoAmounts))
        {
            if (!Currencies.IsKnown(currency) || amount < 0) return (null, Refusal.Invalid("/amounts", "out_of_range", "Amounts are not negative, by ISO 4217 currency."));
        }

        if (input.StartsAt >= input.EndsAt) return (null, Refusal.Invalid("/endsAt", "out_of_range", "A promotion ends after it starts."));
        if (input.MaxUses is < 0 or > Promotion.Unlimited || input.MaxUsesPerCustomer is < 1) return (null, Refusal.Invalid("/maxUses", "out_of_range", "maxUses is not negative; maxUsesPerCustomer is positive."));
        return (new Promotion(code, kind, input.Percent, input.Amounts ?? NoAmounts, input.MinimumItems ?? NoAmounts, input.MaxUses ?? Promotion.Unlimited, input.MaxUsesPerCustomer, input.StartsAt, input.EndsAt), null);
    }

    private static readonly Dictionary<string, long> NoAmounts = [];

    private static Task<Row?> FindAsync(string code, Database database, CancellationToken cancellationToken) =>
        database.FirstAsync<Row>($"SELECT doc, used, version FROM promotions WHERE code = {PromotionBook.Normalize(code)}", cancellationToken);

    private static PromotionView View(Row row)
    {
        var promotion = PromotionBook.Read(row.Doc);
        return new(promotion.Code, JsonNamingPolicy.CamelCase.ConvertName(promotion.Kind.ToString()), promotion.Percent, promotion.Amounts, promotion.MinimumItems,
            promotion.MaxUses == Promotion.Unlimited ? null : promotion.MaxUses, promotion.MaxUsesPerCustomer, promotion.StartsAt, promotion.EndsAt, row.Used, row.Version);
    }

    private sealed class Row
    {
        public string Doc { get; set; } = "";
        public long Used { get; set; }
        public long Version { get; set; }
    }
}
