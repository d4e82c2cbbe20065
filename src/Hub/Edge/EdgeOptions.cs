using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Edge;

internal sealed class EdgeOptions
{
    /// <summary>The connection whose edge is kept in step. Empty: none, and changes are not even noted.</summary>
    public string Connection { get; set; } = EdgeChoice.BuiltIn;

    /// <summary>
    /// How many products are kept at the edge: the first ones in the shop's order, in every market. Which are read most the hub cannot know, because
    /// the edge answers for it. Default: 500.
    /// </summary>
    [Range(0, 100_000)]
    public int Hot { get; set; } = 500;

    /// <summary>How long a value lives at the edge when nobody renews it; the hub does so at half of that. Default: a day.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00")]
    public TimeSpan Lives { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How many pages are kept at the edge: those that were read here last, in the market's own language. Default: 200.</summary>
    [Range(0, 10_000)]
    public int Pages { get; set; } = 200;

    /// <summary>How long a page lives there when nothing on it changes. Default: 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan PagesLive { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Where the edge function reaches this hub; needed to deploy it.</summary>
    public string? HubUrl { get; set; }

    /// <summary>What the function is called at the edge, where the connection's settings do not say.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public string Function { get; set; } = "composable-edge";
}
