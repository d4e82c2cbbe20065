namespace Composable.Hub.Http;

/// <summary>Every code a problem can have. They are stable: storefronts decide by them.</summary>
internal static class Codes
{
    public static readonly IReadOnlyList<string> All =
    [
        "address_not_taxable", "amount_exceeds", "amount_not_payable", "cancel_refused", "capture_refused", "cart_closed", "checkout_canceled", "checkout_closed", "checkout_completing",
        "checkout_not_ready", "conflict", "connector_failed", "connector_fixed", "connector_invalid_response", "currency_mismatch", "customer_busy", "customer_changed", "edge_hub_url_missing", "edge_not_connected", "email_not_verified", "forbidden", "idempotency_conflict", "idempotency_in_flight", "idempotency_key_required", "identity_taken", "internal_error",
        "invalid_credentials", "invalid_proof", "invalid_request", "invalid_signature", "key_ended", "limit_exceeded", "method_not_allowed", "name_taken", "not_found", "order_state", "out_of_stock", "pan_not_accepted", "passkey_refused", "password_refused", "payload_too_large", "payment_declined",
        "precondition_failed", "precondition_required", "process_state", "quote_changed", "rate_limited", "refund_refused", "role_in_use", "secrets_key_missing", "service_unavailable", "sign_in_again", "staff_disabled", "stock_reserved", "unauthenticated",
        "undone_by_staff", "unknown_delivery_option", "unknown_market", "unknown_sku", "unsupported_media_type", "wrong_password",
    ];
}
