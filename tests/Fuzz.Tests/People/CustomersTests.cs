using Fuzz.Tests.Judging;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

public sealed class CustomersTests
{
    private static readonly string Own = Customers.MarkOf("fuzz-1-2"), Anothers = Customers.MarkOf("fuzz-1-3");

    [Fact]
    public void Anothers_mark_in_an_answer_is_found()
    {
        Judge(Own, ("Authorization", "Bearer cs_own")).ShouldBeNull();
        Judge(Anothers, ("Authorization", "Bearer cs_own")).ShouldNotBeNull();
        Judge(Own).ShouldNotBeNull("a key opens nothing of a customer's");
        Judge(Own, ("Hub-Cart-Token", "ct_own")).ShouldBeNull();
        Judge(Anothers, ("Hub-Cart-Token", "ct_own")).ShouldNotBeNull();
    }

    [Fact]
    public void What_was_sent_may_be_told_back_and_staff_may_read_all()
    {
        Judge(Anothers, ("Authorization", "Bearer sk_demo")).ShouldBeNull();
        Judge(Anothers, ("X-Sent", Anothers)).ShouldBeNull();
    }

    [Fact]
    public async Task A_proof_is_taken_once_and_the_newest_counts()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        using var letters = new Letters(folder);
        foreach (var (name, proof) in (IEnumerable<(string, char)>)[("1", 'a'), ("2", 'b')])
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".txt"), $"From: x\nTo: a@example.com\nSubject: y\n\nhttp://shop/account/verify#pf_{new string(proof, 64)}\n");

        (await letters.TakeAsync("a@example.com", Letters.Verify, default)).ShouldBe("pf_" + new string('b', 64));
        Directory.EnumerateFiles(folder).ShouldBeEmpty();
        Directory.Delete(folder);
    }

    private static Verdict? Judge(string mark, params (string Name, string Value)[] headers)
    {
        var customers = new Customers();
        customers.Opens("cs_own", Own);
        customers.Opens("ct_own", Own);
        var draft = new Draft("", "GET", ["v1", "customers", "me", "addresses"]);
        draft.Headers.AddRange(headers);
        return customers.Judge(draft, new(200, "application/json", new Dictionary<string, string>(), $$"""{"name":"{{mark}}"}"""));
    }
}
