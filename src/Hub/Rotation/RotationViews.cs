using Composable.Hub.Access.Keys;

namespace Composable.Hub.Rotation;

/// <param name="OverlapSeconds">How long what was made with the old keys goes on. Default: 300, which is also the most; 0 ends it at once.</param>
/// <param name="Publishable">Whether publishable keys are replaced too. They are no secret, and storefronts that show them have to be told in time.</param>
internal sealed record RotateAll(int OverlapSeconds = 300, bool Publishable = false);

/// <param name="OldKeysEndAt">From then on nothing that was made with the old keys is accepted.</param>
/// <param name="Classes">Of which the hub has new keys of its own: <c>quotes</c>, <c>secrets</c>.</param>
/// <param name="Resealed">Stored connections whose secrets were under an old key.</param>
/// <param name="Unreadable">Connections with a secret that no key of this hub opens; it has to be given again.</param>
/// <param name="Keys">The new access keys, shown in this answer only.</param>
/// <param name="LeftToSettings">Access keys that stand in the settings, and are replaced there.</param>
/// <param name="LeftToServices">Ids of services' keys: each makes its own, and gives the new public half to <c>POST /admin/keys/{id}/rotate</c>.</param>
internal sealed record RotationView(
    DateTimeOffset OldKeysEndAt, IReadOnlyList<string> Classes, int Resealed, IReadOnlyList<string> Unreadable, IReadOnlyList<KeyView> Keys, IReadOnlyList<string> LeftToSettings, IReadOnlyList<string> LeftToServices);
