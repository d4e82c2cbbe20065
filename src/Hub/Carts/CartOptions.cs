using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Carts;

internal sealed class CartOptions
{
    /// <summary>Default: 2,000 lines.</summary>
    [Range(1, 5_000)]
    public int MaxLines { get; set; } = 2_000;

    /// <summary>Pieces of one line. Default: 100,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxQuantity { get; set; } = 100_000;

    /// <summary>Promotion codes of one cart. Default: 5.</summary>
    [Range(0, 20)]
    public int MaxCodes { get; set; } = 5;

    /// <summary>Operations of one request. Default: 2,000.</summary>
    [Range(1, 5_000)]
    public int MaxOperations { get; set; } = 2_000;
}
