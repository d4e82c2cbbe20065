using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Search;

internal sealed class SearchOptions
{
    /// <summary>The connection that answers searches. Default: the hub's own engine.</summary>
    [Required]
    public string Connection { get; set; } = Embedded.EmbeddedSearch.Key;

    /// <summary>How long a shopper waits for the engine before the catalogue itself is looked through. Default: 300 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often some products are compared with what the engine has of them. Default: 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many products each check compares. Default: 200.</summary>
    [Range(1, 5_000)]
    public int CheckSample { get; set; } = 200;
}
