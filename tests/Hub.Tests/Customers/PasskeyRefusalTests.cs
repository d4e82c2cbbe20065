using System.Text.Json.Nodes;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

/// <summary>What does not sign anybody in, and makes nobody's passkey.</summary>
public sealed class PasskeyRefusalTests
{
    private const string Refused = "passkey_refused", Wrong = "invalid_credentials";

    /// <summary>Each of them alone is enough, for making one as for showing one.</summary>
    public static TheoryData<string> Lies => ["another origin", "the origin of a page around it", "another relying party", "nobody verified"];

    [Theory, MemberData(nameof(Lies))]
    public async Task A_passkey_made_or_shown_under_false_pretences_is_refused(string lie)
    {
        var shop = await TestShop.OnAsync("sqlite");
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using Authenticator honest = new(), liar = new();
        (await shopper.AddPasskeyAsync(honest)).ShouldAnswer(201);
        foreach (var authenticator in (Authenticator[])[liar, honest])
        {
            if (lie == "another origin") authenticator.Origin = "http://localhost:5081";
            if (lie == "the origin of a page around it") authenticator.IsFramed = true;
            if (lie == "another relying party") authenticator.RelyingParty = "evil.example";
            if (lie == "nobody verified") authenticator.VerifiesUser = false;
        }

        (await shopper.AddPasskeyAsync(liar)).ShouldAnswer(422, Refused);
        (await PasskeyShopper.SignInAsync(shop.Client(), honest)).ShouldAnswer(401, Wrong);
        (await shopper.GetAsync(PasskeyShopper.Own))["items"].AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_signature_that_was_changed_signs_nobody_in()
    {
        var (shop, _, phone) = await WithPhoneAsync("sqlite");
        phone.BreaksSignatures = true;
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(401, Wrong);

        phone.BreaksSignatures = false;
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201);
    }

    [Theory, OnBothDatabases]
    public async Task A_flow_works_once_whether_its_answer_was_right_or_wrong(string database)
    {
        var (shop, shopper, phone) = await WithPhoneAsync(database);
        var asked = await PasskeyShopper.AskAsync(shop.Client());
        (await PasskeyShopper.ShowAsync(shop.Client(), asked, phone.Show(asked["publicKey"]))).ShouldAnswer(201);
        (await PasskeyShopper.ShowAsync(shop.Client(), asked, phone.Show(asked["publicKey"]))).ShouldAnswer(401, Wrong);

        asked = await PasskeyShopper.AskAsync(shop.Client());
        (await PasskeyShopper.ShowAsync(shop.Client(), asked, [])).ShouldAnswer(401, Wrong);
        (await PasskeyShopper.ShowAsync(shop.Client(), asked, phone.Show(asked["publicKey"]))).ShouldAnswer(401, Wrong);

        using Authenticator tablet = new(), laptop = new();
        var begun = await shopper.BeginPasskeyAsync();
        (await shopper.EndPasskeyAsync(begun, [])).ShouldAnswer(422, Refused);
        (await shopper.EndPasskeyAsync(begun, tablet.Make(begun["publicKey"]))).ShouldAnswer(422, Refused);
        begun = await shopper.BeginPasskeyAsync();
        var both = await Task.WhenAll(((Authenticator[])[tablet, laptop]).Select(each => shopper.EndPasskeyAsync(begun, each.Make(begun["publicKey"]))));
        both.Select(reply => reply.Status).ShouldBe([201, 422], ignoreOrder: true);
    }

    [Theory, OnBothDatabases]
    public async Task Row_16_a_flow_serves_its_purpose_and_its_customer_only_and_not_for_long(string database)
    {
        var (shop, ada, phone) = await WithPhoneAsync(database);
        var eve = await Shopper.RegisterAsync(shop.Client());
        using var evil = new Authenticator();
        var (begun, asked) = (await ada.BeginPasskeyAsync(), await PasskeyShopper.AskAsync(shop.Client()));

        (await eve.EndPasskeyAsync(begun, evil.Make(begun["publicKey"]))).ShouldAnswer(422, Refused);
        var mixed = begun["publicKey"].DeepClone();
        mixed["rpId"] = "localhost";
        (await PasskeyShopper.ShowAsync(shop.Client(), begun, phone.Show(mixed))).ShouldAnswer(401, Wrong);
        var other = begun["publicKey"].DeepClone();
        other["challenge"] = asked["publicKey"]!["challenge"]!.GetValue<string>();
        (await ada.EndPasskeyAsync(asked, evil.Make(other))).ShouldAnswer(422, Refused);
        (await ada.EndPasskeyAsync(begun, evil.Make(other))).ShouldAnswer(422, Refused);

        begun = await ada.BeginPasskeyAsync();
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE passkey_flows SET expires_at = {Sql.Now} - 1 WHERE customer_id = {await ada.IdAsync()}"), default);
        (await ada.EndPasskeyAsync(begun, evil.Make(begun["publicKey"]))).ShouldAnswer(422, Refused);
        (await ada.GetAsync(PasskeyShopper.Own))["items"].AsArray().Count.ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task A_passkey_nobody_knows_and_one_that_claims_to_be_somebody_elses_are_one_answer(string database)
    {
        var (shop, ada, phone) = await WithPhoneAsync(database);
        using Authenticator unknown = new(), copycat = new() { CredentialId = phone.CredentialId };
        var eve = await Shopper.RegisterAsync(shop.Client());
        unknown.Make((await ada.BeginPasskeyAsync())["publicKey"]);
        var (stolen, nobodys) = (await eve.AddPasskeyAsync(copycat), await PasskeyShopper.SignInAsync(shop.Client(), unknown));
        stolen.ShouldAnswer(422, Refused);
        var somebodys = await PasskeyShopper.SignInAsync(shop.Client(), copycat);

        foreach (var reply in (Reply[])[nobodys, somebodys]) reply.ShouldAnswer(401, Wrong).Json!.AsObject().Remove("traceId");
        nobodys.Json!.ToJsonString().ShouldBe(somebodys.Json!.ToJsonString());
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201)["customer"]!["email"]!.GetValue<string>().ShouldBe(ada.Email);
    }

    [Theory, OnBothDatabases]
    public async Task A_copy_of_an_authenticator_gives_itself_away_by_its_count(string database)
    {
        var (shop, _, phone) = await WithPhoneAsync(database);
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201);
        phone.Count -= 1;
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(401, Wrong);

        // Two at once show the same count.
        var asked = await Task.WhenAll(PasskeyShopper.AskAsync(shop.Client()), PasskeyShopper.AskAsync(shop.Client()));
        var first = phone.Show(asked[0]["publicKey"]);
        phone.Count -= 1;
        var both = await Task.WhenAll(PasskeyShopper.ShowAsync(shop.Client(), asked[0], first), PasskeyShopper.ShowAsync(shop.Client(), asked[1], phone.Show(asked[1]["publicKey"])));
        both.Select(reply => reply.Status).ShouldBe([201, 401], ignoreOrder: true);
    }

    [Fact]
    public async Task An_authenticator_that_does_not_count_is_welcome()
    {
        var shop = await TestShop.OnAsync("sqlite");
        using var phone = new Authenticator { Counts = false };
        (await (await Shopper.RegisterAsync(shop.Client())).AddPasskeyAsync(phone)).ShouldAnswer(201);

        for (var times = 0; times < 2; times++) (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201);
    }

    [Fact]
    public async Task From_one_address_passkeys_are_tried_and_asked_for_a_few_times()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("SignIn:AttemptsPerAddress", "4"));
        for (var tries = 0; tries < 4; tries++) (await PasskeyShopper.ShowAsync(shop.Client(), await PasskeyShopper.AskAsync(shop.Client()), [])).ShouldAnswer(401, Wrong);

        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/sessions/passkey", new { flow = "none", credential = new { } })).ShouldAnswer(429, "rate_limited");
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/sessions/passkey-options")).ShouldAnswer(429, "rate_limited");
    }

    [Theory, OnBothDatabases]
    public async Task What_was_asked_and_not_answered_does_not_pile_up(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        for (var asked = 0; asked < 8; asked++) await shopper.BeginPasskeyAsync();

        (await shop.Database.CountAsync($"SELECT count(*) FROM passkey_flows WHERE customer_id = {await shopper.IdAsync()}", default)).ShouldBe(5);
    }

    [Theory]
    [InlineData("""{"response":{}}""")]
    [InlineData("""{"id":1,"rawId":"!","type":[],"response":{"clientDataJSON":"***","userHandle":null}}""")]
    [InlineData("""{"id":"AA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"","attestationObject":"","authenticatorData":"","signature":"","userHandle":"AA"}}""")]
    [InlineData("""{"id":"AA","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"bnVsbA","attestationObject":"oA","authenticatorData":"AAAA","signature":"AA","userHandle":"AA"}}""")]
    public async Task Garbage_is_refused_like_everything_else(string credential)
    {
        var (shop, shopper, _) = await WithPhoneAsync("sqlite");

        (await PasskeyShopper.ShowAsync(shop.Client(), await PasskeyShopper.AskAsync(shop.Client()), JsonNode.Parse(credential)!.AsObject())).ShouldAnswer(401, Wrong);
        (await shopper.EndPasskeyAsync(await shopper.BeginPasskeyAsync(), JsonNode.Parse(credential)!.AsObject())).ShouldAnswer(422, Refused);
    }

    private static async Task<(TestShop Shop, Shopper Shopper, Authenticator Phone)> WithPhoneAsync(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (shopper, phone) = (await Shopper.RegisterAsync(shop.Client()), new Authenticator());
        (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);
        return (shop, shopper, phone);
    }
}
