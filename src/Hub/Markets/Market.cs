using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Markets;

/// <summary>Where and how we sell. A market fixes the currency, how tax is shown, how things are delivered and which connections serve it.</summary>
internal sealed class Market
{
    [Required, RegularExpression("^[A-Z0-9-]{2,12}$")]
    public string Code { get; set; } = "";

    /// <summary>Countries orders are delivered to, ISO 3166 alpha-2.</summary>
    [MinLength(1)]
    public List<string> Countries { get; set; } = [];

    /// <summary>ISO 4217.</summary>
    [Required]
    public string Currency { get; set; } = "";

    /// <summary>The language of its pages where a request asks for none, as in <c>de</c> or <c>de-AT</c>.</summary>
    [Required, RegularExpression("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
    public string Locale { get; set; } = "en";

    /// <summary>Whether prices already contain the tax.</summary>
    public bool TaxIncluded { get; set; }

    /// <summary>Payment connections, the first being the default.</summary>
    [MinLength(1)]
    public List<string> Payments { get; set; } = [];

    /// <summary>The tax connection.</summary>
    [Required]
    public string Tax { get; set; } = "";

    /// <summary>The tax connection that estimates when <see cref="Tax"/> is down; without one checkout answers 503 then.</summary>
    public string? TaxEstimate { get; set; }

    /// <summary>The connections of a port when no route says otherwise, best first.</summary>
    public IReadOnlyList<string> Usual(string port) => port switch { "payments" => Payments, "tax" => [Tax], _ => [] };

    /// <summary>Whether money is captured right after the order is placed, or by staff.</summary>
    public bool CaptureOnOrder { get; set; } = true;

    [MinLength(1)]
    public List<DeliveryOption> Delivery { get; set; } = [];
}

/// <summary>One way of delivery: a flat price, or one by weight; free from an amount on where <see cref="FreeFrom"/> is set.</summary>
internal sealed class DeliveryOption
{
    [Required]
    public string Id { get; set; } = "";

    [Required]
    public string Title { get; set; } = "";

    /// <summary>When it arrives, in words.</summary>
    public string Eta { get; set; } = "";

    /// <summary>Minor units. Used when there are no <see cref="Weights"/>.</summary>
    [Range(0, 10_000_000)]
    public long Price { get; set; }

    /// <summary>Free when the items after discounts are worth this much, in minor units.</summary>
    public long? FreeFrom { get; set; }

    /// <summary>Brackets in ascending order; heavier than the last one cannot be delivered this way.</summary>
    public List<WeightBracket> Weights { get; set; } = [];

    /// <summary>Null when the goods are too heavy for this option.</summary>
    public long? PriceFor(long itemsAfterDiscount, long weightGrams)
    {
        var bracket = Weights.Count == 0 ? Price : Weights.Find(bracket => weightGrams <= bracket.UpToGrams)?.Price;
        return bracket is not null && itemsAfterDiscount >= FreeFrom ? 0 : bracket;
    }
}

internal sealed class WeightBracket
{
    public long UpToGrams { get; set; }

    public long Price { get; set; }
}
