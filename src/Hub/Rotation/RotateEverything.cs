using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Keys;
using Composable.Hub.Access.Ring;
using Composable.Hub.Connections;
using Composable.Hub.Http;
using Composable.Hub.Observability;
using Composable.Hub.Storage;

namespace Composable.Hub.Rotation;

/// <summary>
/// Makes every class of keys anew under an open shop. First the hub's own keys, in one commit; then what was sealed with the old ones is sealed anew; last
/// the access keys, whose new values are in the answer alone. Whoever was cut off in between runs it again: nothing is lost with an old key before it is of no use.
/// </summary>
internal sealed class RotateEverything(Database database, KeyRing ring, Resealing resealing, KeyStore keys, AccessKeys known, TimeProvider clock)
{
    public async Task<RotationView> RunAsync(RotateAll wanted, CancellationToken cancellationToken)
    {
        var overlap = TimeSpan.FromSeconds(wanted.OverlapSeconds);
        var commit = new Commit();
        var classes = ring.Replace(commit, overlap);
        commit.Audit("keys.rotated", "hub-keys", null, Json.Write(new { classes, wanted.OverlapSeconds, wanted.Publishable }));
        await database.CommitAsync(commit, cancellationToken);
        CrashPoint.Reach("C27");
        var resealed = await resealing.RunAsync(cancellationToken);
        CrashPoint.Reach("C27");
        var made = await keys.RotateAllAsync(overlap, wanted.Publishable, cancellationToken);
        await database.CommitAsync(new Commit().Add($"UPDATE access_tokens SET expires_at = {Sql.Now} + {(long)overlap.TotalMilliseconds} WHERE expires_at > {Sql.Now} + {(long)overlap.TotalMilliseconds}"), cancellationToken);
        var services = (await keys.AllAsync(cancellationToken)).Where(key => key.PublicKey is not null && key.ReplacedBy is null).Select(key => key.Id).ToList();
        return new(clock.GetUtcNow() + overlap, classes, resealed.Connections, resealed.Unreadable, made, known.NamesOfSettings, services);
    }
}
