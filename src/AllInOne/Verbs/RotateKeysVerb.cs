using System.Text.Json;

namespace Composable.AllInOne.Verbs;

/// <summary>Has a running hub make all keys anew, and writes the new access keys to standard output, which is the only place where they are shown.</summary>
internal sealed class RotateKeysVerb(HttpClient admin, TextWriter output, HubKeys keys)
{
    private sealed record NewKey(string Id, string Name, string Key);

    private sealed record Rotated(DateTimeOffset OldKeysEndAt, IReadOnlyList<string> Classes, int Resealed, IReadOnlyList<string> Unreadable, IReadOnlyList<NewKey> Keys, IReadOnlyList<string> LeftToSettings);

    /// <summary>0 when all keys were made anew; 1 when not, and then it is safe to run again.</summary>
    public async Task<int> RunAsync(int overlapSeconds, bool publishable, CancellationToken cancellationToken)
    {
        try
        {
            var rotated = await new HubClient(admin, keys).AdminAsync<Rotated>(HttpMethod.Post, "/admin/keys/rotation", new { overlapSeconds, publishable }, cancellationToken);
            await output.WriteLineAsync($"The hub's own keys are new ({string.Join(", ", rotated.Classes)}); the secrets of {rotated.Resealed} connections were encrypted anew. The old keys end at {rotated.OldKeysEndAt:u}.");
            foreach (var key in rotated.Keys) await output.WriteLineAsync($"{key.Id}  {key.Name}  {key.Key}");
            if (rotated.Unreadable.Count > 0) await output.WriteLineAsync($"No key of this hub opens a secret of: {string.Join(", ", rotated.Unreadable)}. Give it again.");
            if (rotated.LeftToSettings.Count > 0) await output.WriteLineAsync($"Keys of the settings are replaced there: {string.Join(", ", rotated.LeftToSettings)}.");
            return 0;
        }
        catch (Exception exception) when (exception is HubRefusedException or HttpRequestException or JsonException)
        {
            await Console.Error.WriteLineAsync($"The keys were not all made anew: {exception.Message} It is safe to run again.");
            return 1;
        }
    }
}
