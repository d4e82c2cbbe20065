using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;
using Composable.Hub.Access.Ring;

namespace Composable.Hub.Connections;

/// <param name="Resealed">Connections that were sealed anew.</param>
/// <param name="Unreadable">Connections with a secret that no key here opens; it was of no use before either.</param>
/// <param name="IsWhole">Whether nothing is left under a key of before that another hub could still open.</param>
internal sealed record Resealed(int Connections, IReadOnlyList<string> Unreadable, bool IsWhole);

/// <summary>Brings every secret of a connection under the key of now, so that a key of before can go. May stop anywhere and be run again.</summary>
internal sealed class Resealing(ConnectionStore store, SecretBox box, KeyRing ring)
{
    private const int Rounds = 8;

    public async Task<Resealed> RunAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        if (!box.HasKey) return new(0, [], IsWhole: false);
        var (count, unreadable, strange) = (0, new SortedSet<string>(StringComparer.Ordinal), false);
        for (var round = 1; round <= Rounds; round++)
        {
            var moved = false;
            (unreadable, strange) = ([], false);
            foreach (var stored in await store.AllAsync(cancellationToken))
            {
                var (secrets, changed) = Anew(stored, unreadable, ref strange);
                if (!changed) continue;
                if (await store.ResealAsync(stored, secrets, cancellationToken)) count++;
                else moved = true;
            }

            // Whatever moved meanwhile is looked at once more, with the key of then.
            if (!moved) return new(count, [.. unreadable], !strange);
            await ring.RefreshAsync(cancellationToken);
        }

        return new(count, [.. unreadable], IsWhole: false);
    }

    /// <summary>Ends what a rotation left over, also one that was killed in the middle: once nothing is under a key that is over, nothing of it is kept.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (ring.IsOver(HubKey.Secrets) && (await RunAsync(cancellationToken)).IsWhole) await ring.ForgetAsync(HubKey.Secrets, cancellationToken);
    }

    private (JsonObject Secrets, bool Changed) Anew(StoredConnection stored, SortedSet<string> unreadable, ref bool strange)
    {
        var (secrets, changed) = (new JsonObject(), false);
        foreach (var (name, text) in ConnectionStore.SecretsOf(stored))
        {
            secrets[name] = text;
            if (Sealing.KeyOf(text) == box.KeyId) continue;
            try
            {
                var place = ConnectionStore.Place(stored.Id, name);
                secrets[name] = box.Seal(place, box.Open(place, text));
                changed = true;
            }
            catch (VendorException)
            {
                unreadable.Add(stored.Id);
                strange |= ring.Find(Sealing.KeyOf(text)) is { Kept: true, CanServe: false };
            }
        }

        return (secrets, changed);
    }
}
