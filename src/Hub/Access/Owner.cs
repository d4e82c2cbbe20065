using Composable.Hub.Http;

namespace Composable.Hub.Access;

/// <summary>Whose something is: a customer's, or else a guest's who holds the token with this SHA-256. Never nobody's.</summary>
internal readonly record struct Owner(string TokenHash, string? CustomerId);

/// <summary>A thing that not everybody may see. Stores hand it to callers only through <see cref="Ownership"/>.</summary>
internal interface IOwned
{
    Owner Owner { get; }
}

internal static class Ownership
{
    /// <summary>The thing, when it is the caller's. Anybody else's does not exist for them.</summary>
    public static T? Of<T>(this T? thing, Caller caller)
        where T : class, IOwned => thing is not null && caller.Owns(thing.Owner) ? thing : null;

    /// <exception cref="RefusedException">It is not there, or not theirs; the answer does not tell which.</exception>
    public static T OrNotFound<T>(this T? thing, Caller caller, string what)
        where T : class, IOwned => thing.Of(caller) ?? throw new RefusedException(Refusal.NotFound(what));
}
