using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.EmbeddedContent;

internal sealed record EmbeddedContentSettings
{
    [Required, Display(Name = "Folder with pages, entries and assets; relative to the hub's own")]
    public required string Folder { get; init; }

    [Required, RegularExpression("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$"), Display(Name = "Locale of files that name none, and the one that others fall back to")]
    public string DefaultLocale { get; init; } = "en";

    [Required, Display(Name = "Address under which the folder's assets are published")]
    public string AssetsUrl { get; init; } = "/content/assets";

    /// <summary>A relative folder stays below the hub's; one elsewhere is named in full, so that it is meant.</summary>
    public string FolderBelow(string root)
    {
        if (Folder.Contains('\0') || Folder.Split('/', '\\').Contains("..")) throw new VendorException(VendorFailure.Misconfigured, "Settings of Embedded content: folder cannot lead upwards.");
        return Path.GetFullPath(Folder, Path.GetFullPath(root));
    }
}
