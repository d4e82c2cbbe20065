using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Mail;

/// <summary>Sends a letter, or writes it where a developer finds it.</summary>
internal sealed class Mailer(IOptions<MailOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Without it letters wait until the shop has been told how to send them.</summary>
    public bool IsReady => options.Value is { Folder.Length: > 0 } or { Server.Length: > 0 };

    /// <exception cref="SmtpException">The server did not take it.</exception>
    public async Task SendAsync(Letter letter, CancellationToken cancellationToken)
    {
        using var message = new MailMessage(new MailAddress(options.Value.From, options.Value.ShopName, Encoding.UTF8), new MailAddress(letter.To))
        {
            Subject = letter.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = letter.Text,
            BodyEncoding = Encoding.UTF8,
        };
        if (options.Value.Folder is { Length: > 0 } folder) await WriteAsync(folder, letter, cancellationToken);
        else await SendAsync(message, cancellationToken);
    }

    /// <summary>Written aside first, so that nobody reads half a letter.</summary>
    private async Task WriteAsync(string folder, Letter letter, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyyMMdd-HHmmss-fff}-{Guid.NewGuid():N}");
        var file = Path.Combine(folder, name + ".part");
        await File.WriteAllTextAsync(file, $"From: {options.Value.From}\nTo: {letter.To}\nSubject: {letter.Subject}\n\n{letter.Text}", cancellationToken);
        File.Move(file, Path.Combine(folder, name + ".txt"));
    }

    private async Task SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var client = new SmtpClient(settings.Server, settings.Port) { EnableSsl = settings.Tls };
        if (settings.User is not null) client.Credentials = new NetworkCredential(settings.User, settings.Password);
        await client.SendMailAsync(message, limit.Token);
    }
}
