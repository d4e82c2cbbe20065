using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Checkout;

internal sealed class CheckoutOptions
{
    /// <summary>How long an offer holds. Default: 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan QuoteLife { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a shopper may take to confirm a payment; the goods stay reserved meanwhile. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan ConfirmationWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where shoppers come back to after a confirmation page when the storefront names no address of its own.</summary>
    [Url]
    public string ReturnUrl { get; set; } = "https://localhost/checkout/return";

    /// <summary>How long a checkout that nobody touches stays open. Default: one day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan CheckoutLife { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a tax answer is waited for before the market's estimate is used. Default: 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:08")]
    public TimeSpan TaxWait { get; set; } = TimeSpan.FromSeconds(2);
}
