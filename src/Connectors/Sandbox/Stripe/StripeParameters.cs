using System.Collections.Frozen;

namespace Composable.Sandbox.Stripe;

/// <summary>The parameters each endpoint knows, by the part before a bracket. Many are accepted and have no effect here.</summary>
internal static class StripeParameters
{
    public static readonly FrozenSet<string> None = Set("expand");
    public static readonly FrozenSet<string> Retrieve = Set("expand client_secret");
    public static readonly FrozenSet<string> List = Set("created customer ending_before expand limit starting_after payment_intent charge type types delivery_success");
    public static readonly FrozenSet<string> Search = Set("expand limit page query");
    public static readonly FrozenSet<string> Capture = Set("amount_to_capture application_fee_amount expand final_capture metadata statement_descriptor statement_descriptor_suffix transfer_data");
    public static readonly FrozenSet<string> Cancel = Set("cancellation_reason expand");
    public static readonly FrozenSet<string> Refund = Set("amount charge currency customer expand instructions_email metadata origin payment_intent reason refund_application_fee reverse_transfer");
    public static readonly FrozenSet<string> Customer = Set("address balance description email expand invoice_settings metadata name phone preferred_locales shipping tax_exempt test_clock");
    public static readonly FrozenSet<string> Dispute = Set("evidence expand metadata submit");
    public static readonly FrozenSet<string> Endpoint = Set("api_version connect description enabled_events expand metadata url");

    public static readonly FrozenSet<string> Update = Set("amount application_fee_amount capture_method currency customer description expand metadata payment_method payment_method_configuration "
        + "payment_method_data payment_method_options payment_method_types receipt_email setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group");

    public static readonly FrozenSet<string> Create = Set("amount application_fee_amount automatic_payment_methods capture_method confirm confirmation_method currency customer description "
        + "error_on_requires_action expand mandate mandate_data metadata off_session on_behalf_of payment_method payment_method_configuration payment_method_data payment_method_options "
        + "payment_method_types radar_options receipt_email return_url setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group use_stripe_sdk");

    public static readonly FrozenSet<string> Confirm = Set("capture_method client_secret error_on_requires_action expand mandate mandate_data off_session payment_method payment_method_data "
        + "payment_method_options payment_method_types radar_options receipt_email return_url setup_future_usage shipping use_stripe_sdk");

    private static FrozenSet<string> Set(string names) => names.Split(' ').ToFrozenSet();
}
