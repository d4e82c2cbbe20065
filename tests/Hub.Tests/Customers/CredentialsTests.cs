using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class CredentialsTests
{
    private const string Better = "seven teapots in a storm";

    [Theory, OnBothDatabases]
    public async Task Row_18_changing_the_password_ends_every_session_and_begins_a_new_one(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var phone = await Shopper.RegisterAsync(shop.Client());
        var laptop = await phone.SignInAsync();

        var changed = (await laptop.SendAsync(HttpMethod.Post, "/v1/customers/me/password", new { currentPassword = laptop.Password, newPassword = Better })).ShouldAnswer(201);

        (await phone.MeAsync()).ShouldAnswer(401);
        (await laptop.MeAsync()).ShouldAnswer(401);
        (await (laptop with { Token = changed["token"].GetValue<string>() }).MeAsync()).ShouldAnswer(200);
        (await Shopper.TryAsync(shop.Client(), phone.Email, phone.Password)).ShouldAnswer(401, "invalid_credentials");
        (await Shopper.TryAsync(shop.Client(), phone.Email, Better)).ShouldAnswer(201);
    }

    [Theory, OnBothDatabases]
    public async Task Without_the_current_password_nothing_changes(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());

        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/password", new { currentPassword = "a guess of somebody", newPassword = Better })).ShouldAnswer(403, "wrong_password");
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/email", new { email = Shopper.NewEmail(), password = "a guess of somebody" })).ShouldAnswer(403, "wrong_password");

        (await Shopper.TryAsync(shop.Client(), shopper.Email, shopper.Password)).ShouldAnswer(201);
    }

    [Theory, OnBothDatabases]
    public async Task A_forgotten_password_is_set_by_who_reads_the_mailbox_once(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        (await AskAsync(shop, shopper.Email)).ShouldAnswer(202);
        var proof = await Mailbox.ProofAsync(shopper.Email, "Choose a new password");

        (await ResetAsync(shop, proof, "short")).ShouldAnswer(422, "password_refused");
        (await ResetAsync(shop, proof, Better)).ShouldAnswer(204);

        (await shopper.MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await ResetAsync(shop, proof, "yet another long password")).ShouldAnswer(422, "invalid_proof");
        (await Shopper.TryAsync(shop.Client(), shopper.Email, Better)).ShouldAnswer(201)["customer"]!["emailVerified"]!.GetValue<bool>().ShouldBeTrue("only the mailbox had the link");
    }

    [Theory, OnBothDatabases]
    public async Task Row_17_whether_an_address_is_known_only_its_mailbox_hears(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var unknown = Shopper.NewEmail();

        var (known, nobody) = (await AskAsync(shop, shopper.Email), await AskAsync(shop, unknown));

        nobody.ShouldAnswer(202).Json!.ToJsonString().ShouldBe(known.ShouldAnswer(202).Json!.ToJsonString());
        await Mailbox.LetterAsync(shopper.Email, "Choose a new password");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM customer_mails WHERE email = {unknown}", default) == 0)).ShouldBeTrue();
        Mailbox.Of(unknown).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_newer_link_replaces_the_older_one_and_an_old_one_expires(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        await AskAsync(shop, shopper.Email);
        var first = await Mailbox.ProofAsync(shopper.Email, "Choose a new password");
        await AskAsync(shop, shopper.Email);
        string second = first;
        (await ShopFloor.EventuallyAsync(async () => (second = await Mailbox.ProofAsync(shopper.Email, "Choose a new password")) != first)).ShouldBeTrue();

        (await ResetAsync(shop, first, Better)).ShouldAnswer(422, "invalid_proof");
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE customer_proofs SET expires_at = {Sql.Now} - 1 WHERE customer_id = {await shopper.IdAsync()}"), default);
        (await ResetAsync(shop, second, Better)).ShouldAnswer(422, "invalid_proof");
    }

    [Theory, OnBothDatabases]
    public async Task Row_16_a_proof_serves_its_purpose_and_its_customer_only(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (ada, eve) = (await Shopper.RegisterAsync(shop.Client()), await Shopper.RegisterAsync(shop.Client()));
        await AskAsync(shop, eve.Email);
        var reset = await Mailbox.ProofAsync(eve.Email, "Choose a new password");
        var verify = await Mailbox.ProofAsync(eve.Email, "confirm that this is your e-mail address");

        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = reset })).ShouldAnswer(422, "invalid_proof");
        (await ResetAsync(shop, verify, Better)).ShouldAnswer(422, "invalid_proof");
        (await ada.SendAsync(HttpMethod.Post, "/v1/customers/password-resets/confirm", new { token = reset, newPassword = Better })).ShouldAnswer(204);

        (await Shopper.TryAsync(shop.Client(), ada.Email, ada.Password)).ShouldAnswer(201, null);
        (await Shopper.TryAsync(shop.Client(), ada.Email, Better)).ShouldAnswer(401, "invalid_credentials");
        (await Shopper.TryAsync(shop.Client(), eve.Email, Better)).ShouldAnswer(201);
    }

    [Theory, OnBothDatabases]
    public async Task A_new_address_counts_once_its_mailbox_has_confirmed_it(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var fresh = Shopper.NewEmail();
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/email", new { email = fresh, password = shopper.Password })).ShouldAnswer(202);
        var proof = await Mailbox.ProofAsync(fresh, "confirm that this is your new e-mail address");
        await Mailbox.LetterAsync(shopper.Email, "has asked to change the e-mail address");
        (await shopper.MeAsync())["email"].GetValue<string>().ShouldBe(shopper.Email);

        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = proof })).ShouldAnswer(204);

        (await shopper.MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await Shopper.TryAsync(shop.Client(), shopper.Email, shopper.Password)).ShouldAnswer(401, "invalid_credentials");
        (await Shopper.TryAsync(shop.Client(), fresh, shopper.Password)).ShouldAnswer(201)["customer"]!["emailVerified"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task Somebody_elses_address_cannot_be_taken_and_the_answer_does_not_tell_that_it_is_one(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (ada, eve) = (await Shopper.RegisterAsync(shop.Client()), await Shopper.RegisterAsync(shop.Client()));

        var taken = await eve.SendAsync(HttpMethod.Post, "/v1/customers/me/email", new { email = ada.Email, password = eve.Password });
        var free = await eve.SendAsync(HttpMethod.Post, "/v1/customers/me/email", new { email = Shopper.NewEmail(), password = eve.Password });

        taken.ShouldAnswer(202).Json!.ToJsonString().ShouldBe(free.ShouldAnswer(202).Json!.ToJsonString());
        (await Mailbox.LetterAsync(ada.Email, "It stays with yours")).ShouldNotContain("pf_");
    }

    [Theory, OnBothDatabases]
    public async Task A_letter_that_was_asked_for_before_the_password_was_set_anew_changes_nothing(string database)
    {
        // Letters wait until the shop has been told how to send them.
        await using var shop = await TestShop.StartAsync(database, ("Mail:Folder", ""));
        var (thief, mailbox) = (await Shopper.RegisterAsync(shop.Client()), Shopper.NewEmail());
        (await thief.SendAsync(HttpMethod.Post, "/v1/customers/me/email", new { email = mailbox, password = thief.Password })).ShouldAnswer(202);

        (await thief.SendAsync(HttpMethod.Post, "/v1/customers/me/password", new { currentPassword = thief.Password, newPassword = Better })).ShouldAnswer(201);

        (await shop.Database.CountAsync($"SELECT count(*) FROM customer_mails WHERE kind = 'change'", default)).ShouldBe(0);
    }

    private static Task<Reply> AskAsync(TestShop shop, string email) => shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets", new { email });

    private static Task<Reply> ResetAsync(TestShop shop, string token, string newPassword) =>
        shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets/confirm", new { token, newPassword });
}
