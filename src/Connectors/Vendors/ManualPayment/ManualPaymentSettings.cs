using System.ComponentModel.DataAnnotations;

namespace Composable.Connectors.ManualPayment;

internal sealed record ManualPaymentSettings
{
    [Display(Name = "Accept payment by invoice")]
    public bool Invoice { get; init; } = true;

    [Display(Name = "Accept cash on delivery")]
    public bool CashOnDelivery { get; init; } = true;

    [Range(1, long.MaxValue), Display(Name = "Largest amount, in minor units")]
    public long MaximumAmount { get; init; } = 99_999_999;
}
