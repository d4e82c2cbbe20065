using Connectors.Tests.Kit;

namespace Connectors.Tests.Typesense;

public sealed class TypesenseSpoiledAnswersTests
{
    private const string Result = """
        {"found":12,"out_of":20,"page":1,"hits":[{"document":{"id":"p1","hub_version":3},"highlights":[{"field":"title","matched_tokens":["Mug"]},{"field":"tags","matched_tokens":[["mug","mugs"]]}],"text_match":578730123365711993}],
         "facet_counts":[{"field_name":"brand","counts":[{"value":"Acme","count":7}]}],"request_params":{"collection_name":"products_g1","per_page":10,"q":"mug"}}
        """;

    [Fact]
    public async Task A_spoiled_result_is_a_page_or_transient()
    {
        foreach (var answer in Mutations.Of(Result))
        {
            // Asked again when it seems to come from another collection.
            var typesense = new TypesenseStub().Answers(TypesenseStub.Shape).Answers(answer).Answers(TypesenseStub.Shape).Answers(answer).Answers(TypesenseStub.Shape).Answers(answer);
            try
            {
                var page = await typesense.Client().QueryAsync(TypesenseStub.Query("mug") with { Facets = ["brand"] }, CancellationToken.None);
                (page.Total >= 0 && page.Hits.All(hit => hit.Id is not null && hit.Matched is not null)).ShouldBeTrue(answer);
                page.Facets["brand"].ShouldAllBe(count => count.Value != null && count.Count >= 0, answer);
            }
            catch (VendorException failure)
            {
                failure.Failure.ShouldBe(VendorFailure.Transient, answer);
            }
        }
    }

    [Fact]
    public async Task A_spoiled_result_gives_suggestions_and_versions_or_is_transient()
    {
        foreach (var answer in Mutations.Of(Result))
        {
            var typesense = new TypesenseStub().Answers(TypesenseStub.Shape).Answers(answer).Answers(TypesenseStub.Shape).Answers(answer).Answers(TypesenseStub.Shape).Answers(answer);
            await TransientAtMostAsync(() => typesense.Client().SuggestAsync("products", "mu", 5, CancellationToken.None), answer);
            await TransientAtMostAsync(() => new TypesenseStub().Answers(answer).Client().VersionsAsync("products", ["p1"], CancellationToken.None), answer);
        }
    }

    [Fact]
    public async Task A_spoiled_collection_is_a_name_or_a_failure_that_says_whose_it_is()
    {
        foreach (var answer in Mutations.Of(TypesenseStub.Shape))
        {
            try
            {
                await new TypesenseStub().Answers(answer).Client().CurrentAsync("products", CancellationToken.None);
            }
            catch (VendorException failure)
            {
                (failure.Failure is VendorFailure.Transient or VendorFailure.Misconfigured).ShouldBeTrue(answer);
            }
        }
    }

    [Theory]
    [InlineData("<html><h1>502</h1></html>")]
    [InlineData("{\"found\":1,\"hits\":[")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"found\":\"many\",\"hits\":{}}")]
    public async Task Nonsense_is_transient(string answer)
    {
        var typesense = new TypesenseStub().Answers(TypesenseStub.Shape).Answers(answer);
        (await Should.ThrowAsync<VendorException>(() => typesense.Client().QueryAsync(TypesenseStub.Query("mug"), CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task An_endless_answer_is_transient()
    {
        var typesense = new TypesenseStub().Answers(TypesenseStub.Shape);
        typesense.Vendor.AnswersWith(new StreamContent(new Sdk.EndlessStream()));
        (await Should.ThrowAsync<VendorException>(() => typesense.Client().QueryAsync(TypesenseStub.Query("mug"), CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
    }

    private static async Task TransientAtMostAsync(Func<Task> call, string answer)
    {
        if (await Record.ExceptionAsync(call) is { } thrown) thrown.ShouldBeOfType<VendorException>(answer).Failure.ShouldBe(VendorFailure.Transient, answer);
    }
}
