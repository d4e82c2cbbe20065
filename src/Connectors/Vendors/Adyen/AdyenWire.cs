using System.Text.Json.Serialization;

namespace Composable.Connectors.Adyen;

// As on the wire. Fields the hub does not read are left out; those it cannot do without are required, so that an answer lacking them is unreadable.

internal sealed record AdyenAmount(string Currency, long Value);

internal sealed record AdyenPayment(AdyenAmount Amount, string MerchantAccount, AdyenMethod PaymentMethod, string Reference, string ReturnUrl, string Channel, AdyenAuthentication AuthenticationData)
{
    /// <summary>0 collects at once.</summary>
    public int? CaptureDelayHours { get; init; }

    public IReadOnlyDictionary<string, string>? AdditionalData { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? ShopperReference { get; init; }

    public string? ShopperInteraction { get; init; }

    public string? RecurringProcessingModel { get; init; }

    public bool? StorePaymentMethod { get; init; }
}

/// <summary>A kept method, or a card that Adyen's own form has encrypted. Card numbers as such have no place here.</summary>
internal sealed record AdyenMethod(string Type)
{
    public string? StoredPaymentMethodId { get; init; }

    public string? EncryptedCardNumber { get; init; }

    public string? EncryptedExpiryMonth { get; init; }

    public string? EncryptedExpiryYear { get; init; }

    public string? EncryptedSecurityCode { get; init; }

    public string? HolderName { get; init; }

    public string? Brand { get; init; }

    public string? CheckoutAttemptId { get; init; }
}

internal sealed record AdyenAuthentication(AdyenThreeDS ThreeDSRequestData);

internal sealed record AdyenThreeDS(string NativeThreeDS);

internal sealed record AdyenDetails(AdyenCompletion Details);

internal sealed record AdyenCompletion(string RedirectResult);

internal sealed record AdyenPaymentAnswer(string ResultCode)
{
    public string? PspReference { get; init; }

    public string? MerchantReference { get; init; }

    public AdyenAmount? Amount { get; init; }

    public string? RefusalReasonCode { get; init; }

    public AdyenAction? Action { get; init; }
}

internal sealed record AdyenAction(string? Type = null, string? Url = null, string? Method = null);

/// <summary>A capture or refund.</summary>
internal sealed record AdyenTransfer(string MerchantAccount, AdyenAmount Amount, string Reference)
{
    public string? MerchantRefundReason { get; init; }
}

/// <param name="PaymentReference">Names the payment where its address does not.</param>
internal sealed record AdyenCancel(string MerchantAccount, string Reference, string? PaymentReference = null);

/// <param name="ForceErasure">Also where a kept method was paid with.</param>
internal sealed record AdyenErasure(string MerchantAccount, string PspReference, bool ForceErasure);

internal sealed record AdyenErased(string Result);

internal sealed record AdyenReceived(string PspReference, string Status);

internal sealed record AdyenMethodsRequest(string MerchantAccount);

internal sealed record AdyenMethodsAnswer(IReadOnlyList<AdyenOffered?>? PaymentMethods = null);

internal sealed record AdyenOffered(string? Type = null);

internal sealed record AdyenStoredMethods(IReadOnlyList<AdyenStoredMethod?>? StoredPaymentMethods = null);

internal sealed record AdyenStoredMethod(
    string? Id = null, string? Type = null, string? Brand = null, string? Name = null, string? LastFour = null, string? ExpiryMonth = null, string? ExpiryYear = null);

internal sealed record AdyenError(string? ErrorCode = null, string? ErrorType = null);

internal sealed record AdyenNoticeBody(string Live, IReadOnlyList<AdyenNoticeItem> NotificationItems);

internal sealed record AdyenNoticeItem([property: JsonPropertyName("NotificationRequestItem")] AdyenNotice Notice);

internal sealed record AdyenNotice(string PspReference, string MerchantAccountCode, string MerchantReference, AdyenAmount Amount, string EventCode, string Success)
{
    public string? OriginalReference { get; init; }

    public string? Reason { get; init; }

    public IReadOnlyDictionary<string, string?>? AdditionalData { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AdyenPayment))]
[JsonSerializable(typeof(AdyenDetails))]
[JsonSerializable(typeof(AdyenPaymentAnswer))]
[JsonSerializable(typeof(AdyenTransfer))]
[JsonSerializable(typeof(AdyenCancel))]
[JsonSerializable(typeof(AdyenErasure))]
[JsonSerializable(typeof(AdyenErased))]
[JsonSerializable(typeof(AdyenReceived))]
[JsonSerializable(typeof(AdyenMethodsRequest))]
[JsonSerializable(typeof(AdyenMethodsAnswer))]
[JsonSerializable(typeof(AdyenStoredMethods))]
[JsonSerializable(typeof(AdyenError))]
[JsonSerializable(typeof(AdyenNoticeBody))]
internal sealed partial class AdyenJson : JsonSerializerContext;

/// <summary>What storefronts hand over is read strictly: a member that is not known here could be a card number.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AdyenMethod))]
internal sealed partial class AdyenMethodJson : JsonSerializerContext;
