using System.Diagnostics;
using System.Net.Mail;
using Composable.Hub.Durability;
using Composable.Hub.Mail;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Customers;

/// <summary>Writes and sends the letters that are due. Each is sent at least once; after ten failures it is given up.</summary>
internal sealed partial class MailWorker(Database database, CustomerMails mails, CustomerStore customers, Mailer mailer, IOptions<CustomerOptions> options, IOptions<MailOptions> mail, ILogger<MailWorker> logger) : BackgroundService
{
    private const int Tries = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2), SweepEvery = TimeSpan.FromMinutes(30);

    private readonly Signal wake = new();
    private long sweptAt;

    /// <summary>A letter was asked for.</summary>
    public void LookNow() => wake.Give();

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (Stopwatch.GetElapsedTime(sweptAt) > SweepEvery) await SweepAsync(stoppingToken);
                if (mailer.IsReady) foreach (var due in await mails.DueAsync(stoppingToken)) await HandleAsync(due, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is not DatabaseUnavailableException) Log.Failed(logger, error);
            }

            await wake.WaitAsync(Pause, stoppingToken);
        }
    }

    /// <summary>What has run out is worth nothing, and is not kept.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await database.CommitAsync(new Commit()
            .Add($"DELETE FROM customer_proofs WHERE expires_at <= {Sql.Now}")
            .Add($"DELETE FROM passkey_flows WHERE expires_at <= {Sql.Now}")
            .Add($"DELETE FROM customer_sessions WHERE expires_at <= {Sql.Now} OR idle_until <= {Sql.Now}"), cancellationToken);
        sweptAt = Stopwatch.GetTimestamp();
    }

    private async Task HandleAsync(DueMail due, CancellationToken cancellationToken)
    {
        if (!await mails.ClaimAsync(due, cancellationToken)) return;
        try
        {
            if (await WriteAsync(due, cancellationToken) is { } letter) await mailer.SendAsync(letter, cancellationToken);
            await mails.DoneAsync(due, cancellationToken);
        }
        catch (GuardFailedException)
        {
            // Withdrawn meanwhile.
        }
        catch (Exception error) when (error is SmtpException or IOException or UnauthorizedAccessException or FormatException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.NotSent(logger, due.Kind, due.Attempts + 1, error);
            if (due.Attempts + 1 >= Tries) await mails.DoneAsync(due, cancellationToken);
        }
    }

    /// <summary>The letter; null when there is nobody to write to, or nothing left to say.</summary>
    private async Task<Letter?> WriteAsync(DueMail due, CancellationToken cancellationToken)
    {
        var customer = due.CustomerId is { } id ? await customers.ByIdAsync(id, cancellationToken) : await customers.ByEmailAsync(due.Email, cancellationToken);
        if (customer is null || (due.Kind == CustomerMails.Verify && (customer.Verified || customer.Email != due.Email))) return null;
        var proof = due.Kind switch
        {
            CustomerMails.Verify => await ProveAsync(due, Proof.Verify, customer.Id, due.Email, options.Value.VerifyLife, cancellationToken),
            CustomerMails.Reset => await ProveAsync(due, Proof.Reset, customer.Id, customer.Email, options.Value.ProofLife, cancellationToken),
            CustomerMails.Change => await ProveAsync(due, Proof.Change, customer.Id, due.Email, options.Value.ProofLife, cancellationToken),
            _ => null,
        };
        var to = due.Kind is CustomerMails.Change or CustomerMails.Changing or CustomerMails.Verify ? due.Email : customer.Email;
        return MailTexts.Of(due.Kind, to, proof, options.Value.StorefrontUrl, mail.Value.ShopName);
    }

    private async Task<string> ProveAsync(DueMail due, string purpose, string customerId, string email, TimeSpan life, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        CustomerMails.Require(commit, due);
        var token = Proofs.Make(commit, purpose, customerId, email, life);
        await database.CommitAsync(commit, cancellationToken);
        return token;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Letters to customers cannot be written now; it will be tried again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A letter ({Kind}) could not be sent, try {Attempt} of 10")]
        public static partial void NotSent(ILogger logger, string kind, long attempt, Exception error);
    }
}
