using System.Text.Json.Serialization;

namespace Composable.Connectors.Stripe;

// As on the wire. Fields the hub does not read are left out; those it cannot do without are required, so that an answer lacking them is unreadable.

internal sealed record StripeIntent(
    string Id,
    string Status,
    long Amount,
    string Currency,
    long? AmountCapturable = null,
    long? AmountReceived = null,
    string? CancellationReason = null,
    StripeError? LastPaymentError = null,
    StripeNextAction? NextAction = null,
    Dictionary<string, string>? Metadata = null) : IStripeObject;

internal sealed record StripeNextAction(StripeRedirect? RedirectToUrl = null);

internal sealed record StripeRedirect(string? Url = null);

/// <param name="Status">Null for some methods; then nobody knows yet.</param>
internal sealed record StripeRefund(string Id, long Amount, string Currency, string? Status = null, Dictionary<string, string>? Metadata = null) : IStripeObject;

internal interface IStripeObject
{
    string Id { get; }

    Dictionary<string, string>? Metadata { get; }
}

internal sealed record StripeCustomer(string Id, Dictionary<string, string>? Metadata = null) : IStripeObject;

internal sealed record StripeMethod(string Id, StripeCard? Card = null);

internal sealed record StripeCard(string? Brand = null, string? Last4 = null, int? ExpMonth = null, int? ExpYear = null);

internal sealed record StripeList<T>(IReadOnlyList<T?> Data, bool HasMore)
    where T : class;

internal sealed record StripeErrorAnswer(StripeError Error);

internal sealed record StripeError(string? Type = null, string? Code = null, string? DeclineCode = null, string? Param = null, StripeIntentId? PaymentIntent = null);

internal sealed record StripeIntentId(string? Id = null);

internal sealed record StripeEvent(string Id, string Type, StripeEventData Data, bool? Livemode = null);

internal sealed record StripeEventData(StripeEventObject Object);

/// <summary>A payment intent, charge, refund or dispute: what the four have in common, as far as a notice needs it.</summary>
internal sealed record StripeEventObject(
    string? Id = null,
    long? Amount = null,
    string? Currency = null,
    string? PaymentIntent = null,
    string? Status = null,
    string? Reason = null,
    Dictionary<string, string>? Metadata = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StripeIntent))]
[JsonSerializable(typeof(StripeList<StripeIntent>))]
[JsonSerializable(typeof(StripeRefund))]
[JsonSerializable(typeof(StripeList<StripeRefund>))]
[JsonSerializable(typeof(StripeCustomer))]
[JsonSerializable(typeof(StripeList<StripeCustomer>))]
[JsonSerializable(typeof(StripeList<StripeMethod>))]
[JsonSerializable(typeof(StripeErrorAnswer))]
[JsonSerializable(typeof(StripeEvent))]
internal sealed partial class StripeJson : JsonSerializerContext;
