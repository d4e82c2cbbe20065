namespace Fuzz.Tests.People;

/// <summary>A customer as the one who drives it knows it.</summary>
internal sealed class Person(string mark)
{
    public const string GoodPassword = "a kettle of nine owls", OtherPassword = "eleven kettles of an owl";

    public string Mark { get; } = mark;

    public string Email { get; set; } = mark + "@example.com";

    public string Password { get; set; } = GoodPassword;

    /// <summary>The token of the session that it uses; null when it is signed out.</summary>
    public string? Session { get; set; }

    public string? SessionId { get; set; }

    /// <summary>Proofs from letters that nobody has used yet, by page.</summary>
    public Dictionary<string, string> Proofs { get; } = [];
}
