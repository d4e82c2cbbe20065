using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

public sealed class RemoteSignatureTests
{
    private const string Secret = "a secret that two share 0123456789", Previous = "the secret before that 0123456789";
    private const string Authorized = """{"kind":"authorized","vendorId":"pay_1","amount":{"amount":1099,"currency":"EUR"}}""";

    private static readonly PaymentRequest Request = new("att_1", "hub:att_1", new Money(1099, "EUR"), "card", "tok_1", null, null);

    [Theory]
    [InlineData(Secret)]
    [InlineData(Previous)]
    public async Task An_answer_signed_with_a_live_secret_is_believed(string secret) =>
        (await AuthorizeAsync(SignedVendor.Saying(Authorized, secret))).ShouldBe(new PaymentOutcome.Authorized("pay_1", new Money(1099, "EUR")));

    [Fact]
    public async Task An_answer_that_is_not_signed_proves_nothing()
    {
        foreach (var vendor in Liars())
        {
            (await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(vendor))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
            (await Should.ThrowAsync<VendorException>(() => Client(vendor).InquireAsync(new("att_1", null, DateTimeOffset.UnixEpoch), CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
        }
    }

    [Fact]
    public async Task An_answer_to_one_request_cannot_answer_another()
    {
        SignedVendor.Reply? first = null;
        var vendor = new SignedVendor(request => first ??= SignedVendor.Signed(request, Authorized, Secret));
        await AuthorizeAsync(vendor);
        (await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(vendor))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Fact]
    public async Task A_refusal_without_a_signature_does_not_say_that_nothing_happened()
    {
        var vendor = new SignedVendor(_ => new(422, """{"kind":"rejected"}""", null, "", null));
        (await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(vendor))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Theory]
    [InlineData("transient", VendorFailure.Transient)]
    [InlineData("rate_limited", VendorFailure.RateLimited)]
    [InlineData("misconfigured", VendorFailure.Misconfigured)]
    [InlineData("rejected", VendorFailure.Rejected)]
    [InlineData("outcome_unknown", VendorFailure.OutcomeUnknown)]
    [InlineData("something else", VendorFailure.OutcomeUnknown)]
    public async Task A_problem_is_of_the_kind_it_says(string kind, VendorFailure failure)
    {
        var thrown = await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(SignedVendor.Saying($$"""{"kind":"{{kind}}","retryAfter":7}""", Secret, 422)));
        thrown.Failure.ShouldBe(failure);
        if (failure is VendorFailure.RateLimited) thrown.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task What_only_reads_cannot_have_an_unknown_outcome()
    {
        var vendor = SignedVendor.Saying("""{"kind":"outcome_unknown"}""", Secret, 422);
        (await Should.ThrowAsync<VendorException>(() => Client(vendor).InquireAsync(new("att_1", null, DateTimeOffset.UnixEpoch), CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task A_spoiled_answer_is_an_outcome_or_unknown()
    {
        foreach (var answer in Mutations.Of(Authorized).Concat(["", "null", "<html>", "[]", Authorized[..^5], Authorized + "x"]))
        {
            try
            {
                (await AuthorizeAsync(SignedVendor.Saying(answer, Secret))).ShouldBeOfType<PaymentOutcome.Authorized>(answer);
            }
            catch (VendorException failure)
            {
                failure.Failure.ShouldBe(VendorFailure.OutcomeUnknown, answer);
                failure.ToString().ShouldNotContain(Secret);
            }
        }
    }

    [Theory]
    [InlineData("""{"kind":"declined","code":"Card of Mr. Byron was refused"}""", "card_declined")]
    [InlineData("""{"code":"insufficient_funds","vendorId":null,"kind":"declined"}""", "insufficient_funds")]
    public async Task A_no_stays_a_no_in_our_words(string answer, string code) =>
        (await AuthorizeAsync(SignedVendor.Saying(answer, Secret))).ShouldBe(new PaymentOutcome.Declined(null, code));

    [Theory]
    [InlineData("""{"kind":"not_found"}""")]
    [InlineData("""{"kind":"action_needed","vendorId":"pay_1","url":"javascript:alert(1)"}""")]
    [InlineData("""{"kind":"action_needed","vendorId":"pay_1","url":"/relative"}""")]
    [InlineData("""{"kind":"authorized","vendorId":"pay_1","amount":{"amount":1099,"currency":"XXX"}}""")]
    public async Task What_an_authorization_cannot_end_in_is_unknown(string answer) =>
        (await Should.ThrowAsync<VendorException>(() => AuthorizeAsync(SignedVendor.Saying(answer, Secret)))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);

    [Fact]
    public async Task The_key_of_the_attempt_goes_with_it_and_reads_have_none()
    {
        var vendor = SignedVendor.Saying(Authorized, Secret);
        await AuthorizeAsync(vendor);
        await Client(vendor).InquireAsync(new("att_1", null, DateTimeOffset.UnixEpoch), CancellationToken.None);
        vendor.Keys.ShouldBe(["hub:att_1", null]);
        vendor.Bodies[0].ShouldBe("""{"settings":{"region":"eu"},"secret":"vendor key","request":{"reference":"att_1","idempotencyKey":"hub:att_1","amount":{"amount":1099,"currency":"EUR"},"methodType":"card","methodToken":"tok_1","capture":false,"saveMethod":false}}""");
    }

    private static IEnumerable<SignedVendor> Liars() =>
    [
        new(_ => new(200, Authorized, null, "", null)),
        SignedVendor.Saying(Authorized, "neither of the two 0123456789"),
        new(request => SignedVendor.Signed(request, Authorized, Secret, secondsOld: 301)),
        new(request => SignedVendor.Signed(request, Authorized, Secret, secondsOld: -302)),
        new(request => SignedVendor.Signed(request, Authorized, Secret, nonce: "another")),
        new(request => SignedVendor.Signed(request, Authorized, Secret) with { Body = Authorized.Replace("1099", "1098", StringComparison.Ordinal) }),
        new(request => SignedVendor.Signed(request, Authorized, Secret, status: 422) with { Status = 200 }),
        new(request => SignedVendor.Signed(request, Authorized, Secret) with { Signature = "" }),
        new(request => SignedVendor.Signed(request, Authorized, Secret) with { Signature = new string('0', 64) }),
    ];

    private static Task<PaymentOutcome> AuthorizeAsync(SignedVendor vendor) => Client(vendor).AuthorizeAsync(Request, CancellationToken.None);

    private static IPayments Client(SignedVendor vendor) => (IPayments)Vendors.Connect("remote-payments",
        new { baseUrl = "https://connector.example/acme", secret = Secret, previousSecret = Previous, vendorSettings = new { region = "eu" }, vendorSecret = "vendor key" }, new HttpClient(vendor, disposeHandler: false));
}
