using System.ComponentModel.DataAnnotations;

namespace Composable.Connectors.InProcessEdge;

internal sealed record InProcessEdgeSettings
{
    [Range(1, 1_000_000), Display(Name = "Most values kept; the oldest make room")]
    public int MaxKeys { get; init; } = 20_000;

    [Range(1, 1_000_000_000), Display(Name = "Most bytes of values kept; the oldest make room")]
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;
}
