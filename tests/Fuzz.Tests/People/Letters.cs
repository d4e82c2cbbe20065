using System.Text.RegularExpressions;

namespace Fuzz.Tests.People;

/// <summary>Reads the letters that the hub wrote, each once, and keeps the proofs until somebody takes them.</summary>
internal sealed partial class Letters(string folder) : IDisposable
{
    public const string Verify = "verify", Reset = "reset", Change = "confirm-email";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim reading = new(1);
    private readonly Dictionary<(string Email, string Page), string> proofs = [];

    public void Dispose() => reading.Dispose();

    /// <summary>The proof of the newest letter to this address with a link to this page; null when none comes.</summary>
    public async Task<string?> TakeAsync(string email, string page, CancellationToken cancellationToken)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            await reading.WaitAsync(cancellationToken);
            try
            {
                await ReadNewAsync(cancellationToken);
                if (proofs.Remove((email, page), out var proof)) return proof;
            }
            finally
            {
                reading.Release();
            }

            if (DateTime.UtcNow > until) return null;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>A letter that was read is deleted, so that looking takes as long at the end of a long run as at its beginning.</summary>
    private async Task ReadNewAsync(CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal).ToList())
        {
            var letter = await File.ReadAllTextAsync(file, cancellationToken);
            if (To().Match(letter) is { Success: true } to && Link().Match(letter) is { Success: true } link) proofs[(to.Groups[1].Value, link.Groups[1].Value)] = link.Groups[2].Value;
            File.Delete(file);
        }
    }

    [GeneratedRegex("^To: (.+)$", RegexOptions.Multiline)]
    private static partial Regex To();

    [GeneratedRegex("/account/([a-z-]+)#(pf_[0-9a-f]{64})")]
    private static partial Regex Link();
}
