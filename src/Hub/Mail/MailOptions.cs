using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Mail;

internal sealed class MailOptions
{
    /// <summary>Letters are written into this folder, one file each, instead of being sent: for development. Neither this nor a server: they wait.</summary>
    public string? Folder { get; set; }

    /// <summary>Host name of the SMTP server.</summary>
    public string? Server { get; set; }

    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>STARTTLS. Default: true; switch it off only for a server on this machine.</summary>
    public bool Tls { get; set; } = true;

    public string? User { get; set; }

    public string? Password { get; set; }

    [EmailAddress]
    public string From { get; set; } = "shop@example.com";

    /// <summary>What letters call the shop.</summary>
    [Required]
    public string ShopName { get; set; } = "The shop";
}

/// <summary>A letter, as plain text.</summary>
internal sealed record Letter(string To, string Subject, string Text);
