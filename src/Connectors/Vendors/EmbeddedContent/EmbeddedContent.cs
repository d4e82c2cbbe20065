using Composable.Connectors.Sdk;
using Microsoft.Extensions.Hosting;

namespace Composable.Connectors.EmbeddedContent;

/// <summary>Pages from a folder of Markdown and JSON files. Asks nobody, so it also serves where there is no content vendor.</summary>
/// <param name="host">Relative folders are below its content root.</param>
internal sealed class EmbeddedContent(IHostEnvironment? host = null) : Connector<EmbeddedContentSettings, EmbeddedContentClient>("embedded-content", "Embedded content")
{
    protected override EmbeddedContentClient Connect(EmbeddedContentSettings settings, HttpClient http) =>
        new(settings, new ContentFolder(settings.FolderBelow(host?.ContentRootPath ?? AppContext.BaseDirectory), settings.DefaultLocale, TimeProvider.System));
}
