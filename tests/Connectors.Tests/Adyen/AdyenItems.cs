using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Adyen;

/// <summary>Items of Adyen's webhooks, and what each of them means.</summary>
internal static class AdyenItems
{
    private static readonly Money Eleven = new(1130, "EUR");

    public static TheoryData<string, VendorNotice> Notices => new()
    {
        { Item("AUTHORISATION"), Payment(new PaymentOutcome.Authorized("PSP1", Eleven)) },
        { Item("AUTHORISATION", data: """{"metadata.hub_capture":"at_once"}"""), Payment(new PaymentOutcome.Captured("PSP1", Eleven)) },
        { Item("AUTHORISATION", "false", reason: "Refused"), Payment(new PaymentOutcome.Declined("PSP1", "card_declined")) },
        { Item("AUTHORISATION", "false", reason: "Not enough balance"), Payment(new PaymentOutcome.Declined("PSP1", "insufficient_funds")) },
        { Item("AUTHORISATION", "false", reason: "NOT_ENOUGH_BALANCE"), Payment(new PaymentOutcome.Declined("PSP1", "insufficient_funds")) },
        { Item("AUTHORISATION", "false", reason: "Expired Card"), Payment(new PaymentOutcome.Declined("PSP1", "expired_card")) },
        { Item("AUTHORISATION", "false", reason: "3D Not Authenticated"), Payment(new PaymentOutcome.Declined("PSP1", "authentication_failed")) },
        { Item("AUTHORISATION", "false", reason: "Cancelled"), Payment(new PaymentOutcome.Declined("PSP1", "canceled")) },
        { Item("CAPTURE", of: "PAY1"), Transfer(TransferKind.Capture, true) },
        { Item("CAPTURE", "false", of: "PAY1", reason: "Insufficient balance on payment"), Transfer(TransferKind.Capture, false) },
        { Item("CAPTURE_FAILED", of: "PAY1"), Transfer(TransferKind.Capture, false) },
        { Item("REFUND", of: "PAY1"), Transfer(TransferKind.Refund, true) },
        { Item("REFUND", "false", of: "PAY1"), Transfer(TransferKind.Refund, false) },
        { Item("REFUND_FAILED", of: "PAY1"), Transfer(TransferKind.Refund, false) },
        { Item("REFUNDED_REVERSED", of: "PAY1"), Transfer(TransferKind.Refund, false) },
        { Item("CANCELLATION", of: "PAY1"), Transfer(TransferKind.Void, true) },
        { Item("TECHNICAL_CANCEL", "false", of: "PAY1"), Transfer(TransferKind.Void, false) },
        { Item("CANCEL_OR_REFUND", of: "PAY1", data: """{"modification.action":"cancel"}"""), Transfer(TransferKind.Void, true) },
        { Item("CANCEL_OR_REFUND", of: "PAY1", data: """{"modification.action":"refund"}"""), Transfer(TransferKind.Refund, true) },
        { Item("NOTIFICATION_OF_CHARGEBACK", of: "PAY1", reason: "Fraud"), new VendorNotice.DisputeOpened("PSP1", "PAY1", Eleven, "Fraud") },
        { Item("CHARGEBACK", of: "PAY1"), new VendorNotice.DisputeOpened("PSP1", "PAY1", Eleven, "general") },
        { Item("CHARGEBACK_REVERSED", of: "PAY1"), new VendorNotice.DisputeClosed("PSP1", "PAY1", true) },
        { Item("SECOND_CHARGEBACK", of: "PAY1"), new VendorNotice.DisputeClosed("PSP1", "PAY1", false) },
        { Item("CHARGEBACK", "false", of: "PAY1"), new VendorNotice.Other() },
        { Item("CAPTURE_FAILED", "false", of: "PAY1"), new VendorNotice.Other() },
        { Item("REPORT_AVAILABLE"), new VendorNotice.Other() },
        { Item("EVENT_OF_NEXT_YEAR"), new VendorNotice.Other() },
        { Item("AUTHORISATION").Replace("EUR", "XYZ", StringComparison.Ordinal), new VendorNotice.Other() },
    };

    public static string Item(string code, string success = "true", string? of = null, string reason = "", string data = "{}") => JsonSerializer.Serialize(new
    {
        additionalData = JsonNode.Parse(data),
        amount = new { currency = "EUR", value = 1130 },
        eventCode = code,
        eventDate = "2026-11-21T09:00:00+01:00",
        merchantAccountCode = "ShopOfTests",
        merchantReference = "att_1",
        originalReference = of,
        paymentMethod = "visa",
        pspReference = "PSP1",
        reason,
        success,
    });

    public static string Body(params string[] items) =>
        $$"""{"live":"false","notificationItems":[{{string.Join(',', items.Select(item => $$"""{"NotificationRequestItem":{{item}}}"""))}}]}""";

    private static VendorNotice.PaymentChanged Payment(PaymentOutcome outcome) => new("PSP1", "att_1", Eleven) { Outcome = outcome };

    private static VendorNotice.TransferChanged Transfer(TransferKind kind, bool succeeded) => new(kind, "PSP1", "att_1", "PAY1", succeeded, Eleven);
}
