using System.Text.Json.Serialization;

namespace Composable.Sandbox.Adyen;

// What Adyen's requests may hold, as far as it has an effect here, and what its answers hold. An unknown member is refused, as Adyen does.

internal sealed record Amount(string Currency, long Value);

internal sealed record PaymentBody(Amount Amount, string MerchantAccount, MethodBody PaymentMethod, string Reference)
{
    public string? ReturnUrl { get; init; }

    public string? Channel { get; init; }

    public string? CountryCode { get; init; }

    public string? ShopperLocale { get; init; }

    public string? ShopperEmail { get; init; }

    public string? ShopperReference { get; init; }

    public string? ShopperInteraction { get; init; }

    public string? RecurringProcessingModel { get; init; }

    public bool StorePaymentMethod { get; init; }

    public int? CaptureDelayHours { get; init; }

    public IReadOnlyDictionary<string, string>? AdditionalData { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public AuthenticationBody? AuthenticationData { get; init; }
}

internal sealed record AuthenticationBody(ThreeDSBody? ThreeDSRequestData = null, string? AttemptAuthentication = null);

internal sealed record ThreeDSBody(string? NativeThreeDS = null);

internal sealed record MethodBody(string Type)
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

internal sealed record DetailsBody(CompletionBody Details);

internal sealed record CompletionBody(string? RedirectResult = null);

internal sealed record TransferBody(string MerchantAccount, Amount Amount, string? Reference = null, string? MerchantRefundReason = null);

internal sealed record CancelBody(string MerchantAccount, string? Reference = null, string? PaymentReference = null);

internal sealed record MethodsBody(string MerchantAccount, string? CountryCode = null, string? ShopperReference = null, Amount? Amount = null);

internal sealed record ErasureBody(string? MerchantAccount = null, string? PspReference = null, bool? ForceErasure = null);

internal sealed record PaymentAnswer(string PspReference, string ResultCode, Amount Amount, string MerchantReference)
{
    public string? RefusalReason { get; init; }

    public string? RefusalReasonCode { get; init; }

    public ActionAnswer? Action { get; init; }

    public IReadOnlyDictionary<string, string>? AdditionalData { get; init; }
}

internal sealed record ActionAnswer(string PaymentMethodType, string Url, string Method, string Type);

internal sealed record ReceivedAnswer(string MerchantAccount, string? PaymentPspReference, string? PaymentReference, string Reference, string PspReference, string Status, Amount? Amount);

internal sealed record ErrorAnswer(int Status, string ErrorCode, string Message, string ErrorType, string PspReference);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PaymentBody))]
[JsonSerializable(typeof(DetailsBody))]
[JsonSerializable(typeof(TransferBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(MethodsBody))]
[JsonSerializable(typeof(ErasureBody))]
[JsonSerializable(typeof(PaymentAnswer))]
[JsonSerializable(typeof(ReceivedAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class AdyenJson : JsonSerializerContext;
