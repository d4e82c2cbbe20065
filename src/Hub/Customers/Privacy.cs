using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Customers.Erasures;
using Composable.Hub.Customers.Passkeys;
using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers;

/// <summary>Gives customers what is known of them, and forgets them when they ask for it.</summary>
internal sealed class Privacy(Database database, CustomerStore customers, IEnumerable<IPersonalData> places, RecentSignIn recent, GuestOrders guests, ErasureWorker vendors, TimeProvider clock)
{
    public async Task<JsonObject> ExportAsync(Caller caller, CancellationToken cancellationToken)
    {
        var customer = await customers.OwnAsync(caller, cancellationToken);
        var person = await PersonAsync(customer, cancellationToken);
        var export = new JsonObject { ["exportedAt"] = JsonSerializer.SerializeToNode(clock.GetUtcNow(), Json.Options), ["customer"] = JsonSerializer.SerializeToNode(customer.View(), Json.Options) };
        var sessions = await database.QueryAsync<Devices.Row>($"SELECT id, device, created_at AS CreatedAt, seen_at AS SeenAt FROM customer_sessions WHERE customer_id = {customer.Id} ORDER BY created_at", cancellationToken);
        export["sessions"] = JsonSerializer.SerializeToNode(sessions.Select(row => new { row.Device, SignedInAt = At(row.CreatedAt), SeenAt = At(row.SeenAt) }), Json.Options);
        foreach (var place in places)
            if (await place.ExportAsync(person, cancellationToken) is { } part) export[JsonNamingPolicy.CamelCase.ConvertName(place.Name)] = part;
        return export;
    }

    /// <summary>
    /// Place after place, each of them whole; the account goes last. After an interruption the customer can still sign in and ask again, and nothing is done twice.
    /// </summary>
    public async Task<ErasureView> EraseAsync(Caller caller, Func<long, Refusal?> precondition, CancellationToken cancellationToken)
    {
        var customer = await customers.OwnAsync(caller, cancellationToken);
        if (precondition(customer.Version) is { } stale) throw new RefusedException(stale);
        await recent.AssertAsync(caller, "Sign in again first: this cannot be undone.", cancellationToken);
        if (customer.Verified) await guests.TakeAllAsync(customer, cancellationToken);
        var person = await PersonAsync(customer, cancellationToken);
        foreach (var place in places) await place.AssertIdleAsync(person, cancellationToken);
        // From here on no other device adds to what is being gone through.
        var alone = new Commit();
        Sessions.EndOthers(alone, caller.Customer!);
        await database.CommitAsync(alone, cancellationToken);
        var parts = new List<ErasedPart>();
        foreach (var place in places) parts.Add(new(place.Name, await place.ForgetAsync(person, cancellationToken)));
        var traces = new List<VendorTrace>();
        foreach (var place in places) traces.AddRange(await place.TracesAsync(person, cancellationToken));
        var commit = new Commit();
        var proof = new ErasureView(Ids.New("era"), clock.GetUtcNow(), [.. parts, new("account", 1)]);
        CustomerStore.Hold(commit, customer.Id, customer.Version);
        proof = proof with { Vendors = ErasureTasks.Add(commit, proof.Id, customer.Id, traces) };
        Sessions.EndAll(commit, customer.Id);
        Proofs.DropAll(commit, customer.Id);
        PasskeyFlows.DropAll(commit, customer.Id);
        commit.Add($"DELETE FROM customer_mails WHERE customer_id = {customer.Id} OR email = {customer.Email}");
        commit.Require($"DELETE FROM customers WHERE id = {customer.Id} AND version = {customer.Version}", 1, CustomerStore.Stale);
        commit.Add($"INSERT INTO erasures (id, customer_id, at, proof) VALUES ({proof.Id}, {customer.Id}, {proof.ErasedAt.ToUnixTimeMilliseconds()}, {Json.Write(proof)})");
        commit.Append(new HubEvent(customer.Id, customer.Version + 1, "customer.erased", "{}"));
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            throw new RefusedException(new(409, "customer_changed", "The account was changed at the same moment. Try again.") { Retryable = true });
        }

        vendors.LookNow();
        await database.SweepAsync(cancellationToken);
        return proof;
    }

    private async Task<Person> PersonAsync(Customer customer, CancellationToken cancellationToken)
    {
        var things = new List<string>();
        foreach (var place in places) things.AddRange(await place.ThingsAsync(customer.Id, cancellationToken));
        var pseudonym = string.Create(CultureInfo.InvariantCulture, $"erased-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}@erased.invalid");
        return new(customer.Id, customer.Email, pseudonym, things) { VerifiedEmail = customer.Verified ? customer.Email : null };
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
