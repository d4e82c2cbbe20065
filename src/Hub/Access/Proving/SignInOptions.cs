using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Access.Proving;

/// <summary>How customers and staff show who they are.</summary>
internal sealed class SignInOptions
{
    /// <summary>Characters. Default: 15, as NIST SP 800-63B asks for where the password is the only factor.</summary>
    [Range(8, 100)]
    public int MinPassword { get; set; } = 15;

    /// <summary>Rounds of PBKDF2 with HMAC-SHA-512. Default: 210,000.</summary>
    [Range(1_000, 10_000_000)]
    public int PasswordRounds { get; set; } = 210_000;

    /// <summary>Passwords that may be tried on one account in a window, from wherever. Default: 10.</summary>
    [Range(1, 100_000_000)]
    public int AttemptsPerAccount { get; set; } = 10;

    /// <summary>Passwords and proofs that may be tried from one address in a window, on whichever account. Default: 100.</summary>
    [Range(1, 100_000_000)]
    public int AttemptsPerAddress { get; set; } = 100;

    /// <summary>Default: 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AttemptsWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Letters that may be asked for to one mailbox in an hour. Default: 10.</summary>
    [Range(1, 100_000_000)]
    public int LettersPerHour { get; set; } = 10;

    /// <summary>A file of breached passwords: upper-case SHA-1 in hexadecimal, one on each line, sorted, with or without <c>:count</c>.</summary>
    public string? BreachedPasswords { get; set; }
}
