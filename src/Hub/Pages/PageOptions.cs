using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Pages;

internal sealed class PageOptions
{
    /// <summary>How long a page may take to be put together; what is not there by then is left out. Default: 300 milliseconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:30")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The connection that has the pages. Default: <c>embedded-content</c>.</summary>
    [Required]
    public string Connection { get; set; } = "embedded-content";

    /// <summary>How long a page is given out without asking again, unless something on it changes. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How old a copy may be that is given out while its source does not answer. Default: 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan StaleFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long it is remembered that there is no page at a route, and that one could not be put together whole. Default: 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan NegativeFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Pages in memory, in all markets and languages; the least used make room. Default: 2,000.</summary>
    [Range(10, 1_000_000)]
    public int MaxEntries { get; set; } = 2_000;

    /// <summary>What they may take together, and the same again what the connections said. Default: 128 MiB.</summary>
    [Range(1 << 20, 1L << 40)]
    public long MaxBytes { get; set; } = 128L << 20;

    /// <summary>How often a content connection is asked what changed. Default: 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan WatchEvery { get; set; } = TimeSpan.FromSeconds(15);
}
