using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class SessionTests
{
    [Theory, OnBothDatabases]
    public async Task Row_17_a_wrong_password_and_an_unknown_address_are_one_answer(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());

        var wrong = await Shopper.TryAsync(shop.Client(), shopper.Email, "not the password at all");
        var unknown = await Shopper.TryAsync(shop.Client(), Shopper.NewEmail(), "not the password at all");

        string[] changing = ["traceId"];
        foreach (var reply in (Reply[])[wrong, unknown])
        {
            reply.ShouldAnswer(401, "invalid_credentials");
            foreach (var member in changing) reply.Json!.AsObject().Remove(member);
        }

        wrong.Json!.ToJsonString().ShouldBe(unknown.Json!.ToJsonString());
    }

    [Theory, OnBothDatabases]
    public async Task Row_18_signing_out_ends_the_session_on_every_hub_at_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        var shopper = await Shopper.RegisterAsync(shop.Client());
        (await (shopper with { Client = other.Client() }).MeAsync()).ShouldAnswer(200);

        (await shopper.SendAsync(HttpMethod.Delete, "/v1/sessions/current")).ShouldAnswer(204);

        (await shopper.MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await (shopper with { Client = other.Client() }).MeAsync()).ShouldAnswer(401, "unauthenticated");
    }

    [Theory, OnBothDatabases]
    public async Task Row_18_a_session_that_was_there_before_signing_in_is_not_the_one_after_it(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var eve = await Shopper.RegisterAsync(shop.Client());
        var ada = await Shopper.RegisterAsync(shop.Client());

        var session = await eve.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = ada.Email, password = ada.Password });

        session.ShouldAnswer(201)["token"].GetValue<string>().ShouldNotBe(eve.Token);
        (await eve.MeAsync()).ShouldAnswer(401, "unauthenticated");
    }

    [Theory, OnBothDatabases]
    public async Task A_device_is_listed_and_signed_out_from_another_one(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var phone = await Shopper.RegisterAsync(shop.Client());
        var laptop = await phone.SignInAsync();

        var devices = (await laptop.GetAsync("/v1/customers/me/sessions")).ShouldAnswer(200).Json!["items"]!.AsArray();
        devices.Count.ShouldBe(2);
        devices.Count(device => device!["current"]!.GetValue<bool>()).ShouldBe(1);
        var lost = devices.Single(device => !device!["current"]!.GetValue<bool>())!["id"]!.GetValue<string>();
        (await laptop.SendAsync(HttpMethod.Delete, $"/v1/customers/me/sessions/{lost}")).ShouldAnswer(204);

        (await phone.MeAsync()).ShouldAnswer(401);
        (await laptop.MeAsync()).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Nobody_signs_out_somebody_else(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var ada = await Shopper.RegisterAsync(shop.Client());
        var eve = await Shopper.RegisterAsync(shop.Client());
        var id = (await ada.GetAsync("/v1/customers/me/sessions")).Json!["items"]![0]!["id"]!.GetValue<string>();

        (await eve.SendAsync(HttpMethod.Delete, $"/v1/customers/me/sessions/{id}")).ShouldAnswer(404, "not_found");

        (await ada.MeAsync()).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task A_session_ends_when_it_is_not_used_and_at_the_latest_when_its_life_is_over(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var idle = await Shopper.RegisterAsync(shop.Client());
        var old = await Shopper.RegisterAsync(shop.Client());
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE customer_sessions SET idle_until = {Sql.Now} - 1 WHERE customer_id = {await idle.IdAsync()}"), default);
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE customer_sessions SET expires_at = {Sql.Now} - 1 WHERE customer_id = {await old.IdAsync()}"), default);

        (await idle.MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await old.MeAsync()).ShouldAnswer(401, "unauthenticated");
    }

    [Theory, OnBothDatabases]
    public async Task Using_a_session_keeps_it_alive(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var id = await shopper.IdAsync();
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE customer_sessions SET seen_at = {Sql.Now} - 86400000, idle_until = {Sql.Now} + 60000 WHERE customer_id = {id}"), default);

        (await shopper.MeAsync()).ShouldAnswer(200);

        (await shop.Database.CountAsync($"SELECT idle_until - {Sql.Now} FROM customer_sessions WHERE customer_id = {id}", default)).ShouldBeGreaterThan(86_400_000);
    }

    [Fact]
    public async Task The_oldest_device_gives_way_when_there_are_too_many()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Sessions:Most", "3"));
        var first = await Shopper.RegisterAsync(shop.Client());
        for (var more = 0; more < 3; more++) await first.SignInAsync();

        (await first.MeAsync()).ShouldAnswer(401);
        (await shop.Database.CountAsync($"SELECT count(*) FROM customer_sessions", default)).ShouldBe(3);
    }

    [Theory]
    [InlineData("cs_")]
    [InlineData("cs_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("cs_' OR '1'='1")]
    [InlineData("cs_0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public async Task An_invented_token_is_nobodys(string token)
    {
        var shop = await TestShop.OnAsync("sqlite");

        (await (new Shopper(shop.Client(), "", "", token)).MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await (new Shopper(shop.Client(), "", "", token)).SendAsync(HttpMethod.Post, "/v1/carts", new { })).ShouldAnswer(401, "unauthenticated");
    }

    [Fact]
    public async Task Tokens_and_passwords_lie_in_the_database_as_hashes_only()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var proof = await Mailbox.ProofAsync(shopper.Email, "confirm that this is your e-mail address");
        foreach (var table in (string[])["customers", "customer_sessions", "customer_proofs", "customer_mails", "events", "idempotency_keys"])
        {
            await using var connection = await shop.Database.OpenAsync(default);
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                for (var column = 0; column < reader.FieldCount; column++)
                    foreach (var secret in (string[])[shopper.Token, shopper.Password, proof])
                        (reader.GetValue(column).ToString() ?? "").ShouldNotContain(secret, Case.Sensitive, table);
        }
    }
}
