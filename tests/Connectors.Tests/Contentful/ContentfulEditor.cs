using Connectors.Tests.Kit;

namespace Connectors.Tests.Contentful;

/// <summary>What editors do in the simulated Contentful.</summary>
internal sealed class ContentfulEditor(VendorSandbox sandbox)
{
    public Task WriteAsync(SamplePage page) => sandbox.ControlAsync("/contentful/_entries", new
    {
        id = page.Id,
        contentType = "page",
        state = page.Draft ? "draft" : "published",
        fields = new Dictionary<string, object>
        {
            ["slug"] = En(page.Route.TrimStart('/')),
            ["title"] = page.Titles.ToDictionary(title => title.Key == "en" ? "en-US" : title.Key, title => title.Value),
            ["blocks"] = En(page.Entries.Select(id => Link("Entry", id))),
        },
    });

    public Task WriteAsync(SampleEntry entry)
    {
        var fields = new Dictionary<string, object> { ["markdown"] = En(entry.Markdown) };
        if (entry.LinksTo is { } target) fields["next"] = En(Link("Entry", target));
        return sandbox.ControlAsync("/contentful/_entries", new { id = entry.Id, contentType = entry.Type, state = entry.Draft ? "draft" : "published", fields });
    }

    public Task RemovePageAsync(string id) => sandbox.ControlAsync($"/contentful/_entries/{id}/delete", new { });

    public static Dictionary<string, object> En(object value) => new() { ["en-US"] = value };

    public static object Link(string type, string id) => new { sys = new { type = "Link", linkType = type, id } };
}
