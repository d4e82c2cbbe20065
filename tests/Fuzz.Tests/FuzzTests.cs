using Xunit.Abstractions;

namespace Fuzz.Tests;

public sealed class FuzzTests(ITestOutputHelper output)
{
    /// <summary>Only what got stuck, was given up by a consumer or is left to staff can be gone on with, and here hardly anything is.</summary>
    private static readonly string[] NeedTrouble =
    [
        "POST /admin/events/dead-letters/{consumer}/{eventId}/redeliver", "POST /admin/processes/{id}/retry", "POST /admin/processes/{id}/skip", "POST /admin/processes/{id}/undo",
        "POST /admin/erasures/{id}/vendors/{connection}/done",
    ];

    /// <summary>These take somebody who goes to another provider's pages; <c>Hub.Tests/Identity</c> has a real one.</summary>
    private static readonly string[] NeedAnotherProvider =
    [
        "POST /v1/sign-ins/finish", "POST /v1/customers/me/identities", "DELETE /v1/customers/me/identities/{provider}", "POST /admin/sign-ins/finish",
    ];

    [Fact]
    public async Task Twenty_thousand_requests_are_all_answered_as_the_contract_says()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var summary = await FuzzRun.RunAsync(new(20_000, 20_261_121), output.WriteLine, limit.Token);
        summary.Findings.ShouldBeEmpty();
        summary.Sent.ShouldBe(20_000);
        summary.IsMemoryFlat.ShouldBeTrue(summary.ToString());
        summary.Orders.ShouldBeGreaterThan(100, "else deeper states were not reached");
        summary.Changes.ShouldBeGreaterThan(50);
        summary.NeverSucceeded.Except(NeedTrouble).Except(NeedAnotherProvider).ShouldBeEmpty("every operation is also asked properly");
    }
}
