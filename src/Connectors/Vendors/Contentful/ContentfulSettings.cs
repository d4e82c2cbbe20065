using System.ComponentModel.DataAnnotations;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

internal sealed record ContentfulSettings
{
    private const string Id = "^[A-Za-z0-9._-]{1,64}$", Field = "^[A-Za-z0-9_]{1,64}$";

    [Required, RegularExpression(Id), Display(Name = "Space id")]
    public required string SpaceId { get; init; }

    [Required, RegularExpression(Id), Display(Name = "Environment")]
    public string Environment { get; init; } = "master";

    [Secret, Required, Display(Name = "Delivery API token")]
    public required string DeliveryToken { get; init; }

    [Secret, Display(Name = "Preview API token, for drafts")]
    public string? PreviewToken { get; init; }

    [Secret, Display(Name = "Signing secret of webhooks; two with a comma between them while one replaces the other")]
    public string? WebhookSecret { get; init; }

    [Required, Display(Name = "Delivery API address")]
    public string BaseUrl { get; init; } = "https://cdn.contentful.com";

    [Required, Display(Name = "Preview API address")]
    public string PreviewUrl { get; init; } = "https://preview.contentful.com";

    [Required, RegularExpression(Id), Display(Name = "Content type of pages")]
    public string PageType { get; init; } = "page";

    [Required, RegularExpression(Field), Display(Name = "Field of a page with its route, without the slash in front")]
    public string SlugField { get; init; } = "slug";

    [Required, Display(Name = "What that field says for the home page")]
    public string HomeSlug { get; init; } = "home";

    [Required, RegularExpression(Field), Display(Name = "Field of a page with its title")]
    public string TitleField { get; init; } = "title";

    [Required, RegularExpression(Field), Display(Name = "Field of a page with its description")]
    public string DescriptionField { get; init; } = "description";

    [Required, RegularExpression(Field), Display(Name = "Field of a page with links to its blocks")]
    public string BlocksField { get; init; } = "blocks";

    [Display(Name = "Block types of content types that are called otherwise")]
    public IReadOnlyDictionary<string, string> BlockTypes { get; init; } = new Dictionary<string, string>();

    [Range(1, 10), Display(Name = "How deep links are followed")]
    public int LinkDepth { get; init; } = 4;

    public string BlockType(string contentType) => BlockTypes.GetValueOrDefault(contentType, contentType);
}
